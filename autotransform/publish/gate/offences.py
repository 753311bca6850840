"""Files whose change the project's own tests do not bear, and what the script could learn from them."""

from __future__ import annotations

import ast
import io
import tokenize
import warnings
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from autotransform.engine.values import Changed
from autotransform.review.matching import find_differences
from autotransform.run import Limits, run_cases
from autotransform.script import Case

if TYPE_CHECKING:
    from collections.abc import Iterator

    from autotransform.script import Script

#: So many of the statements that were changed are tried as a case, the smallest first; and a file of so many lines.
_STATEMENTS = 3
_LONGEST = 300

_NOT_PARSED = (SyntaxError, ValueError, RecursionError, MemoryError)


@dataclass(frozen=True, slots=True, kw_only=True)
class Offence:
    """A file that is left out, for the project's tests fail where it is changed."""

    path: str
    before: bytes
    #: What the script made of it.
    after: bytes
    #: The end of what the tests printed; data of the repository, in printable characters.
    output: str = ""
    #: Whether the tests were seen to fail with it. Else there was no time left to find out.
    is_proven: bool = True


def find_failing_case(
    script: Script,
    offence: Offence,
    *,
    arguments: tuple[tuple[str, str], ...] = (),
    limits: Limits | None = None,
    name: str = "the project's tests fail where this changes",
) -> Case | None:
    """Find the smallest piece of a file that the script changes, as a case that says: this must not change.

    It fails with the script as it is, and passes once that leaves the piece alone.

    Returns:
        ``None`` where the script changes no piece by itself, nor the whole of a file that is not too long.

    Raises:
        AutoTransformError: Workers cannot be started.
    """
    drafts = tuple(_draft_cases(offence, name=_free_name(f"{name}: {offence.path}", script=script)))
    if not drafts:
        return None
    # Not what it says of itself: only these cases count.
    trial = replace(script, cases=drafts)
    results = run_cases(trial, arguments=arguments, limits=limits or Limits())
    # One that fails for another reason, as where a piece does not parse by itself, says nothing.
    return next((result.case for result in results if isinstance(result.outcome, Changed)), None)


def _draft_cases(offence: Offence, *, name: str) -> Iterator[Case]:
    try:
        text, after = _decode(offence.before), _decode(offence.after)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            statements = ast.parse(text).body
    except _NOT_PARSED:
        return
    lines = text.split("\n")
    seen = set()
    for piece in _pieces(statements, lines=lines, after=after):
        if piece not in seen:
            seen.add(piece)
            yield Case(name=name, before=piece, path=offence.path)


def _pieces(statements: list[ast.stmt], *, lines: list[str], after: str) -> Iterator[str]:
    """Give pieces of a text, each with what it needs, from the smallest to the whole."""
    changed = _find_changed(statements, lines=lines, after=after)
    imports = [each for each in statements if isinstance(each, ast.Import | ast.ImportFrom)]
    bodies = [each for each in changed if each not in imports] or changed
    for statement in sorted(bodies, key=lambda each: (_last(each) - _first(each), _first(each)))[:_STATEMENTS]:
        yield _text_of([statement], lines=lines)
        yield _text_of([*imports, statement], lines=lines)
    if bodies:
        yield _text_of([*imports, *bodies], lines=lines)
    if len(lines) <= _LONGEST:
        yield "\n".join(lines)


def _find_changed(statements: list[ast.stmt], *, lines: list[str], after: str) -> list[ast.stmt]:
    regions = find_differences([line.encode() for line in lines], [line.encode() for line in after.split("\n")])
    # What was put between two lines belongs to the statement that it stands in, or comes before.
    spans = [(each.before_start + 1, max(each.before_end, each.before_start + 1)) for each in regions]
    return [each for each in statements if any(_first(each) <= end and start <= _last(each) for start, end in spans)]


def _first(statement: ast.stmt) -> int:
    if isinstance(statement, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return min([statement.lineno, *(each.lineno for each in statement.decorator_list)])
    return statement.lineno


def _last(statement: ast.stmt) -> int:
    return statement.end_lineno or statement.lineno


def _text_of(statements: list[ast.stmt], *, lines: list[str]) -> str:
    kept = sorted({number for each in statements for number in range(_first(each), _last(each) + 1)})
    return "\n".join(lines[number - 1] for number in kept) + "\n"


def _decode(content: bytes) -> str:
    encoding, _ = tokenize.detect_encoding(io.BytesIO(content).readline)
    return content.decode(encoding).replace("\r\n", "\n")


def _free_name(wanted: str, *, script: Script) -> str:
    taken = {case.name for case in script.cases}
    name, number = wanted, 2
    while name in taken:
        name, number = f"{wanted} ({number})", number + 1
    return name
