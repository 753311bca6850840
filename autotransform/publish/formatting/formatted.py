"""Have what a script changed formatted, where a file was formatted before, and only if it still says the same.

A file that the formatter would have left as it was is formatted as a whole. Of any other, the lines that the script
touched are, where the formatter can do that; else the text stays as the script made it.
"""

from __future__ import annotations

import ast
import hashlib
import io
import tokenize
import warnings
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from itertools import islice
from typing import TYPE_CHECKING, Literal

from autotransform.errors import UsageError
from autotransform.publish.formatting.formatters import settings_tree
from autotransform.review.hunks import split_lines
from autotransform.review.matching import find_differences
from autotransform.run import Limits

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from autotransform.engine.values import Changed, Run
    from autotransform.publish.formatting.formatters import Formatter
    from autotransform.publish.programs.commands import Finished
    from autotransform.run import Selection

#: Seconds that one file may take, and how many may take longer before all is given up.
SECONDS = 30.0
_MOST_LATE = 3

#: Of one file, for a formatter that takes one range at a time.
_MOST_RANGES = 20

_PROBE = b"x = 1\n"
_BOM = b"\xef\xbb\xbf"
_NOT_PARSED = (SyntaxError, ValueError, RecursionError, MemoryError)
_WORDS_SHOWN, _LINES_SHOWN = 200, 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Formatted:
    """A run whose changed files went through a formatter."""

    #: A file that could not be formatted has a warning that says why.
    run: Run
    #: What to note of the formatter: ``name`` or ``command``, and ``version``.
    record: dict[str, str]
    #: Files that were formatted as a whole; of which only what the script touched was; that stayed as it made them.
    whole: int = 0
    partial: int = 0
    left: int = 0
    #: One sentence each, for the person who runs it.
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Attempt:
    """What became of one file."""

    text: bytes = b""
    kind: Literal["whole", "partial", "left"] = "left"
    #: Why it was left.
    reason: str = ""
    is_late: bool = False


def format_run(
    run: Run, selection: Selection, *, formatter: Formatter, jobs: int = 0, seconds: float = SECONDS
) -> Formatted:
    """Format what a run changed.

    The formatter sees the repository's settings as they stand where the files were read, and nothing else. A file on
    which it fails, or that would not say the same afterwards, stays as the script made it, with a warning.

    Args:
        run: What the script did.
        selection: What the run read.
        formatter: As `find_formatter` gives it.
        jobs: How many files at once; 0: one for each core.
        seconds: How long one text may take.

    Raises:
        UsageError: The formatter does not work at all, or keeps running into the limit.
    """
    changes = run.changed
    if not changes:
        return Formatted(run=run, record=formatter.record)
    done: dict[str, tuple[Changed, _Attempt]] = {}
    with settings_tree(selection, [change.path for change in changes]) as tree, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        _try_out(formatter, tree, seconds=seconds)
        bench = _Bench(formatter=formatter, tree=tree, seconds=seconds)
        for change, attempt in bench.format_all(changes, selection, workers=Limits(jobs=jobs).workers):
            done[change.path] = (_formatted(change, attempt, label=formatter.label), attempt)
    outcomes = tuple(done[each.path][0] if each.path in done else each for each in run.outcomes)
    kinds: list[str] = [attempt.kind for _, attempt in done.values()]
    left = [f"{path}: {attempt.reason}" for path, (_, attempt) in done.items() if attempt.kind == "left"]
    return Formatted(
        run=replace(run, outcomes=outcomes),
        record=formatter.record,
        whole=kinds.count("whole"),
        partial=kinds.count("partial"),
        left=len(left),
        notes=_notes(formatter, kinds=kinds, left=left),
    )


def _formatted(change: Changed, attempt: _Attempt, *, label: str) -> Changed:
    if attempt.kind != "left":
        return replace(change, after=attempt.text)
    return replace(change, warnings=(*change.warnings, f"not formatted by {label}: {attempt.reason}"))


def _notes(formatter: Formatter, *, kinds: list[str], left: list[str]) -> tuple[str, ...]:
    told = [
        f"{_files(kinds.count('whole'))} formatted",
        *([f"{_files(kinds.count('partial'))} only where the script touched them"] if "partial" in kinds else []),
        *([f"{_files(len(left))} left as the script made them"] if left else []),
    ]
    more = [f"…and {len(left) - _LINES_SHOWN} more that were not formatted."] if len(left) > _LINES_SHOWN else []
    version = f" ({formatter.version})" if formatter.version else ""
    return (f"{formatter.label}{version}: {', '.join(told)}.", *left[:_LINES_SHOWN], *more)


def _files(count: int) -> str:
    return "1 file" if count == 1 else f"{count} files"


def _try_out(formatter: Formatter, tree: Path, *, seconds: float) -> None:
    """Find out with the simplest of texts whether the formatter works at all, with these settings."""
    answer = formatter.run(_PROBE, path="example.py", tree=tree, seconds=seconds)
    why = _why_failed(answer)
    if not why and not keeps_meaning(_PROBE, answer.output):
        why = "it must read a text from standard input and print it, formatted"
    if why:
        told = (answer.errors or answer.output).decode(errors="replace").splitlines()[:_LINES_SHOWN]
        raise UsageError(
            f"The formatter {formatter.label} does not work: {why}.",
            details=tuple(_printable(line) for line in told if line.strip()),
            hint="A command that reads standard input often needs a `-` at its end: --formatter 'black --quiet -'",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Bench:
    """A formatter, and where it finds its settings."""

    formatter: Formatter
    tree: Path
    seconds: float

    def format_all(
        self, changes: tuple[Changed, ...], selection: Selection, *, workers: int
    ) -> Iterator[tuple[Changed, _Attempt]]:
        """Format several files at a time, in order, and check each."""
        files = {file.path: file for file in selection.files}
        befores = selection.read_these(files[change.path] for change in changes)
        late = 0
        todo = iter(changes)
        with ThreadPoolExecutor(workers) as pool:
            while part := list(islice(todo, 2 * workers)):
                attempts = pool.map(self._format, part, list(islice(befores, len(part))))
                for change, attempt in zip(part, attempts, strict=True):
                    late += attempt.is_late
                    if late >= _MOST_LATE:
                        raise UsageError(
                            f"The formatter {self.formatter.label} had to be ended {late} times: {attempt.reason}.",
                            hint="Leave --formatter out, or name another.",
                        )
                    # Here, for what is parsed has warnings, and those are not kept apart by thread.
                    yield change, _checked(change, attempt)

    def _format(self, change: Changed, before: bytes) -> _Attempt:
        if hashlib.sha256(before).hexdigest() != change.before_sha256:
            return _Attempt(reason="the file changed meanwhile")
        frame = _Frame.of(change.after)
        if frame is None:
            return _Attempt(reason="its lines end in different ways")
        old, new = (_Frame.of(before) or frame).inner(before), frame.inner(change.after)
        answer = self._run(old, change)
        if why := _why_failed(answer):
            return _Attempt(reason=f"of the text before, {why}", is_late=answer.status is None)
        if _unframed(answer.output) == old:
            return self._finish(change, new, ranges=[], frame=frame)
        ranges = _touched(old, new)
        if why := self._refuse(ranges):
            return _Attempt(reason=why)
        return self._finish(change, new, ranges=ranges, frame=frame)

    def _refuse(self, ranges: list[tuple[int, int]]) -> str:
        options, is_single = self.formatter.ranges
        if not options:
            return "the file was not formatted before"
        if is_single and len(ranges) > _MOST_RANGES:
            return f"the file was not formatted before, and the script touched more than {_MOST_RANGES} places"
        return "" if ranges else "the file was not formatted before, and the script only took lines away"

    def _finish(self, change: Changed, text: bytes, *, ranges: list[tuple[int, int]], frame: _Frame) -> _Attempt:
        # One at a time from the last to the first: what stands above keeps its place.
        one_by_one = [[each] for each in reversed(ranges)] if self.formatter.ranges[1] else [ranges]
        for part in one_by_one or [[]]:
            answer = self._run(text, change, ranges=part)
            if why := _why_failed(answer):
                return _Attempt(reason=why, is_late=answer.status is None)
            text = _unframed(answer.output)
        return _Attempt(text=frame.outer(text), kind="partial" if ranges else "whole")

    def _run(self, text: bytes, change: Changed, *, ranges: list[tuple[int, int]] | None = None) -> Finished:
        formatter, tree = self.formatter, self.tree
        return formatter.run(text, path=change.path, tree=tree, seconds=self.seconds, ranges=ranges or [])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Frame:
    """What of a text a formatter might not keep: the mark at its start, and how lines end."""

    bom: bytes
    ending: bytes

    @classmethod
    def of(cls, text: bytes) -> _Frame | None:
        """Describe a text; ``None`` where its lines end in different ways."""
        crlf = text.count(b"\r\n")
        if text.count(b"\r") != crlf or (crlf and crlf != text.count(b"\n")):
            return None
        return cls(bom=_BOM if text.startswith(_BOM) else b"", ending=b"\r\n" if crlf else b"\n")

    def inner(self, text: bytes) -> bytes:
        return text.removeprefix(self.bom).replace(self.ending, b"\n")

    def outer(self, text: bytes) -> bytes:
        return self.bom + text.replace(b"\n", self.ending)


def _unframed(text: bytes) -> bytes:
    return text.removeprefix(_BOM).replace(b"\r\n", b"\n")


def _touched(before: bytes, after: bytes) -> list[tuple[int, int]]:
    """Find the first and the last line, 1-based, of each place that was touched in the text after."""
    regions = find_differences(split_lines(before), split_lines(after))
    return [(each.after_start + 1, each.after_end) for each in regions if each.after_start < each.after_end]


def _why_failed(answer: Finished) -> str:
    if answer.passed:
        return ""
    told = answer.errors.decode(errors="replace").strip().splitlines()
    last = f": {_printable(told[-1])}" if told else ""
    return answer.reason or f"it ended with status {answer.status}{last}"


def _checked(change: Changed, attempt: _Attempt) -> _Attempt:
    """Refuse what no longer says what the script made, or is what the script found."""
    if attempt.kind == "left":
        return attempt
    if hashlib.sha256(attempt.text).hexdigest() == change.before_sha256:
        return _Attempt(reason="it would take back all that the script did")
    if attempt.text == change.after or keeps_meaning(change.after, attempt.text):
        return attempt
    return _Attempt(reason="the text would no longer say the same")


def keeps_meaning(before: bytes, after: bytes) -> bool:
    """Whether two texts have the same tree and the same comments; not, where one of them does not parse.

    Docstrings may be indented in another way, ``del (a, b)`` may lose its parentheses and ``u""`` its prefix, as
    formatters do; of a comment only blanks and number signs may change.
    """
    try:
        same = _dump(before) == _dump(after)
        return same and _comments(before) == _comments(after)
    except (*_NOT_PARSED, tokenize.TokenError):
        return False


def _dump(text: bytes) -> str:
    tree = ast.parse(text)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant):
            node.kind = None
        elif isinstance(node, ast.Delete):
            node.targets = [each for target in node.targets for each in _flattened(target)]
        elif isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            first = node.body[0].value if node.body and isinstance(node.body[0], ast.Expr) else None
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                first.value = "\n".join(line.strip() for line in first.value.splitlines()).strip()
    return ast.dump(tree)


def _flattened(target: ast.expr) -> list[ast.expr]:
    return [each for part in target.elts for each in _flattened(part)] if isinstance(target, ast.Tuple) else [target]


def _comments(text: bytes) -> list[str]:
    tokens = tokenize.tokenize(io.BytesIO(text).readline)
    return sorted("".join(token.string.lstrip("#").split()) for token in tokens if token.type == tokenize.COMMENT)


def _printable(line: str) -> str:
    return "".join(letter if letter.isprintable() else " " for letter in line)[:_WORDS_SHOWN]
