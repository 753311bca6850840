"""A case made of a change in the page: the smallest piece of the file that shows it, as the script leaves it."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from autotransform.author.cutting import cut_changes, write_case
from autotransform.engine import Changed
from autotransform.review.decisions import Decisions, refuse
from autotransform.script import Case
from autotransform.script.amending import add_cases
from autotransform.studio.faults import PageError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from autotransform.engine import CaseResult
    from autotransform.review import FileChange
    from autotransform.review.reasons.why import ExplainedChange
    from autotransform.script import Script
    from autotransform.studio.telling import Seen

#: Pieces that are tried, and lines of a file that is taken whole.
_PIECES, _LONGEST = 4, 300


def add_case(
    source: str,
    seen: Seen,
    *,
    script: Script,
    key: str = "",
    shape: str = "",
    is_negative: bool,
    try_cases: Callable[[Sequence[Case]], tuple[CaseResult, ...]],
) -> tuple[str, Case]:
    """Put a case that shows a change into a script; gives the new text, and the case.

    A positive case says what the script does with the piece now. A negative one says that the piece must not change: it
    fails until the script is mended. The change is named by its key, or else by its shape, of which the first is taken.

    Raises:
        PageError: There is no such change (404), or nothing of it makes a case by itself (422).
    """
    change = _find(seen, key=key, shape=shape)
    drafts = _draft(seen, change)
    results = try_cases(drafts) if drafts else ()
    # Cut off from its file, a piece may not change, or not parse: then a larger one is taken.
    chosen = next((result for result in results if isinstance(result.outcome, Changed)), None)
    if chosen is None:
        raise PageError(
            "No piece of the file changes by itself, so there is no case to make of it.",
            status=422,
            hint="Write one by hand, with what the change needs around it.",
        )
    name = _free_name(chosen.case.name, script=script, is_negative=is_negative)
    case = replace(chosen.case, name=name, after=None if is_negative else chosen.actual)
    for known in script.cases:
        if (known.before, known.path, known.after) == (case.before, case.path, case.after):
            raise PageError(f"The case {known.name!r} says so already.", status=409)
    try:
        return add_cases(source, [write_case(case)]), case
    except ValueError as error:
        raise PageError("A script cannot hold the text of this case.", status=422) from error


def _find(seen: Seen, *, key: str, shape: str) -> ExplainedChange:
    for explained in seen.explanation.shapes:
        for change in explained.changes:
            if (key and change.key == key) or (not key and shape and explained.shape.signature == shape):
                return change
    raise PageError("The last run makes no such change.", status=404, hint="Run the script again.")


def _draft(seen: Seen, explained: ExplainedChange) -> list[Case]:
    """Cut pieces that show the change, the smallest first, and the whole file last where it is short."""
    path = explained.change.path
    whole = next(change for change in seen.changes.values() if change.path == path)
    others = {
        each.key
        for shape in seen.explanation.shapes
        for each in shape.changes
        if each.change.path == path and each.key != explained.key
    }
    (alone,) = refuse([whole], Decisions(changes=frozenset(others)))
    found: list[Case] = []
    for change in dict.fromkeys((alone, whole)):
        cut = cut_changes(path, change.before, change.after, most=_PIECES)
        found += sorted(cut, key=lambda case: not _shows(case, alone))
    text = whole.before.decode("utf-8", "replace")
    if text.count("\n") <= _LONGEST and "\ufffd" not in text:
        found.append(Case(name=f"as in {path}", before=text.replace("\r\n", "\n"), path=path))
    return list({(case.before, case.path): replace(case, after=None) for case in reversed(found)}.values())[::-1]


def _shows(case: Case, change: FileChange) -> bool:
    """Tell whether a case has something of what is removed by a change, which is no import."""
    before, after = (set(side.decode("utf-8", "replace").splitlines()) for side in (change.before, change.after))
    gone = {line.strip() for line in before - after if not line.lstrip().startswith(("import ", "from "))}
    return any(line.strip() in gone for line in case.before.splitlines())


def _free_name(wanted: str, *, script: Script, is_negative: bool) -> str:
    taken = {case.name for case in script.cases}
    wanted = f"left alone, {wanted}" if is_negative else wanted
    name, number = wanted, 2
    while name in taken:
        name, number = f"{wanted} ({number})", number + 1
    return name
