"""Have half of a script's cases come from the repository at hand: its own code, and what the script makes of it."""

from __future__ import annotations

import ast
import itertools
from dataclasses import replace
from typing import TYPE_CHECKING

from autotransform.author.cutting import cut_changes, cut_unchanged, write_case
from autotransform.author.redaction import redact
from autotransform.engine.values import Unchanged
from autotransform.run import run_cases
from autotransform.script import parse
from autotransform.script.amending import add_cases

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from autotransform.author.examination import Bench
    from autotransform.author.trial import Trial
    from autotransform.script import Case

#: How many cases are added at most, and how many files are looked at for them.
_MOST = 6
_MOST_FILES = 12
_CANDIDATES = 18


def ground(source: str, *, name: str, bench: Bench, trial: Trial) -> tuple[str, tuple[str, ...]]:
    """Add cases cut out of the repository until half of all come from it; gives the script and what to tell.

    Args:
        source: A script with which nothing is wrong.
        name: What it is called.
        bench: On what it was tried.
        trial: What it did there.
    """
    script = parse(source, name=name)
    texts = {path: content.decode("utf-8", "replace") for path, content in trial.before.items()}
    unchanged = _unchanged(trial, bench=bench)
    known = {line.strip() for text in (*texts.values(), *unchanged.values()) for line in text.splitlines()}
    grounded = sum(_is_from(case, known) for case in script.cases)
    wanted = min(_MOST, len(script.cases) - 2 * grounded)
    if wanted <= 0:
        return source, (_tell(grounded, len(script.cases)),)
    proposed = _distinct(_cut(trial, unchanged=unchanged, bench=bench), taken=script.cases)[:_CANDIDATES]
    kept = _that_hold(source, proposed, name=name, bench=bench)[:wanted]
    amended = add_cases(source, [write_case(case) for case in kept])
    return amended, (_tell(grounded + len(kept), len(script.cases) + len(kept)),)


def _tell(grounded: int, count: int) -> str:
    return f"{grounded} of its {count} cases are code of this repository."


def _unchanged(trial: Trial, *, bench: Bench) -> dict[str, str]:
    """Give the text of files that the script looked at and left as they are."""
    paths = {outcome.path for outcome in trial.outcomes if isinstance(outcome, Unchanged)}
    files = tuple(file for file in bench.selection.files if file.path in paths)[:_MOST_FILES]
    read = replace(bench.selection, files=files).read_all()
    return {file.path: content.decode("utf-8", "replace") for file, content in read}


def _is_from(case: Case, known: set[str]) -> bool:
    """Tell whether a case shows code of the repository: half of its lines, imports apart, stand there."""
    lines = [line.strip() for line in case.before.splitlines()]
    telling = [line for line in lines if line and not line.startswith(("import ", "from "))]
    return 2 * sum(line in known for line in telling) >= max(1, len(telling))


def _cut(trial: Trial, *, unchanged: dict[str, str], bench: Bench) -> Iterator[Case]:
    """Propose cases, those that change and those that must not by turns."""
    changing = _round_robin(
        cut_changes(changed.path, trial.before[changed.path], changed.after) for changed in trial.changed[:_MOST_FILES]
    )
    staying = _round_robin(
        cut_unchanged(path, text.encode(), _lines_with(text, bench.words)) for path, text in unchanged.items()
    )
    for pair in itertools.zip_longest(changing, staying):
        yield from (case for case in pair if case is not None)


def _round_robin(groups: Iterable[tuple[Case, ...]]) -> Iterator[Case]:
    """Take the first of each file before the second of any."""
    for layer in itertools.zip_longest(*groups):
        yield from (case for case in layer if case is not None)


def _lines_with(text: str, words: frozenset[str]) -> list[int]:
    """Give the lines on which code names something that was asked about, but for imports."""
    try:
        tree = ast.parse(text)
    except (SyntaxError, ValueError, RecursionError, MemoryError):
        return []
    return sorted(
        {
            node.lineno
            for node in ast.walk(tree)
            if (isinstance(node, ast.Name) and node.id in words)
            or (isinstance(node, ast.Attribute) and node.attr in words)
        }
    )


def _distinct(cases: Iterable[Case], *, taken: tuple[Case, ...]) -> list[Case]:
    """Leave out what is there already, and what holds a secret."""
    texts, names = {case.before for case in taken}, {case.name for case in taken}
    kept = []
    for case in itertools.islice(cases, 3 * _CANDIDATES):
        if case.before in texts or case.name in names or redact(f"{case.before}\n{case.after}").count:
            continue
        texts.add(case.before)
        names.add(case.name)
        kept.append(case)
    return kept


def _that_hold(source: str, proposed: list[Case], *, name: str, bench: Bench) -> list[Case]:
    """Keep the cases of which the script makes what it made of the whole file."""
    if not proposed:
        return []
    script = replace(parse(source, name=name), cases=tuple(proposed))
    results = run_cases(script, limits=bench.limits)
    return [result.case for result in results if result.passed and not result.breaches]
