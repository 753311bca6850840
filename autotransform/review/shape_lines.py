"""The kinds of change of a run as lines for a terminal: what, how often, why, and an example."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from autotransform.review.diff import DiffLine, mark_words
from autotransform.review.patch import MARKS
from autotransform.review.shapes.families import find_families
from autotransform.review.text import safe_text, show_bytes, show_path

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from autotransform.review.hunks import Hunk
    from autotransform.review.reasons.why import ExplainedChange, Explanation, Reason
    from autotransform.review.shapes.families import Family
    from autotransform.script.methods import Method

#: Kinds that are told: the rare ones, and the most frequent, between which the others are counted.
_RARE, _FREQUENT = 24, 6
#: Of what is told of one kind: lines of source, characters of a line, examples of what varies, lines of a rule, cases.
_MOST_LINES, _LONGEST, _EXAMPLES, _RULE_LINES, _CASES = 6, 160, 5, 3, 3
#: Bytes of a line of an example, and columns that there are in any case.
_BYTES, _NARROWEST = 1_000, 40


def shape_lines(explanation: Explanation, *, width: int = 80, is_all: bool = False) -> Iterator[DiffLine]:
    """Tell what kinds of change there are, rare ones first, safe for a terminal; nothing where nothing changes.

    Args:
        explanation: The shapes and their reasons.
        width: Columns that there are: prose is wrapped there. Source is not, but what is too long for any is cut.
        is_all: Whether to tell of every kind, however many there are, and to name every place.
    """
    families = find_families(explanation)
    if not families:
        return
    yield DiffLine(kind="title", text=_title(explanation, families))
    more = 0 if is_all else len(families) - _RARE - _FREQUENT
    prose = _Prose(rules=explanation.rules, width=max(width, _NARROWEST), is_all=is_all)
    for index, family in enumerate(families):
        if more <= 1 or index < _RARE or index >= _RARE + more:
            yield DiffLine(kind="text", text="")
            yield from _family_lines(family, prose)
        elif index == _RARE:
            count = sum(each.count for each in families[_RARE : _RARE + more])
            yield DiffLine(kind="text", text="")
            yield DiffLine(kind="hint", text=f"… {more} more kinds, {_counted(count, 'change')} (-v shows them)")


@dataclass(kw_only=True)
class _Prose:
    """How much is told of each kind, and what was told."""

    rules: tuple[str, ...]
    width: int
    is_all: bool
    told: set[int] = field(default_factory=set)

    def rule(self, index: int) -> list[str]:
        """Write a rule, in full where it stands first."""
        words = safe_text(self.rules[index].removeprefix("- ").replace("``", "`"))
        lines = textwrap.wrap(f"rule: {words}", self.width - 2, subsequent_indent="  ", break_on_hyphens=False)
        most = len(lines) if self.is_all else 1 if index in self.told else _RULE_LINES
        self.told.add(index)
        return lines if len(lines) <= most else [*lines[: most - 1], f"{lines[most - 1][: self.width - 4]} …"]


def _title(explanation: Explanation, families: Sequence[Family]) -> str:
    shapes = explanation.shapes
    files = len({path for each in shapes for path in each.shape.paths})
    changes = sum(each.shape.count for each in shapes)
    alike = f", {len(families)} of them to read" if len(families) < len(shapes) else ""
    order = ", rare ones first" if len(families) > 1 else ""
    kinds = f"{_counted(len(shapes), 'kind')} of change{alike}"
    return f"{kinds}{order}: {_counted(changes, 'change')} in {_counted(files, 'file')}"


def _family_lines(family: Family, prose: _Prose) -> Iterator[DiffLine]:
    first = family.shapes[0]
    counts = f"{_counted(family.count, 'change')} in {_counted(len(family.paths), 'file')}"
    alike = f", of {len(family.shapes)} kinds that differ in a name" if len(family.shapes) > 1 else ""
    yield DiffLine(kind="title", text=f"{first.shape.signature}  {counts}{alike}")
    yield from mark_words([*_source(family.before, mark="-"), *_source(first.shape.after, mark="+")])
    for name, examples in (*family.varying, *(first.shape.varying if len(family.shapes) == 1 else ())):
        if family.count > 1:
            yield _varying_line(name, examples, prose)
    yield from _reason_lines(first.reason, prose)
    yield _cases_line(family.cases, prose)
    changes = [change for each in family.shapes for change in each.changes]
    example = min(changes, key=_size)
    yield from _example(example)
    if prose.is_all:
        yield from (DiffLine(kind="note", text=f"  {_place(each)}") for each in changes if each is not example)


def _size(explained: ExplainedChange) -> int:
    return sum(line.kind != "context" for line in explained.change.hunk.lines)


def _source(text: str, *, mark: str) -> list[DiffLine]:
    lines = text.split("\n") if text else []
    shown = [f"{mark} {_clipped(line)}" for line in lines[:_MOST_LINES]]
    if len(lines) > _MOST_LINES:
        shown[-1] = f"{mark} … {len(lines) - _MOST_LINES + 1} more lines"
    return [DiffLine(kind="removed" if mark == "-" else "added", text=line) for line in shown]


def _varying_line(name: str, examples: Sequence[str], prose: _Prose) -> DiffLine:
    """Say what a placeholder stands for: as many examples as there is room for."""
    shown = [_clipped(text) for text in (examples if prose.is_all else examples[:_EXAMPLES])]
    while len(shown) > 1 and not prose.is_all and len(f"  {name} is {', '.join(shown)}, …") > prose.width:
        shown.pop()
    more = ", …" if len(examples) > len(shown) else ""
    return DiffLine(kind="note", text=f"  {name} is {', '.join(shown)}{more}")


def _reason_lines(reason: Reason, prose: _Prose) -> Iterator[DiffLine]:
    methods = ", ".join(map(_show_method, reason.methods)) or "a method that cannot be told from the others"
    yield DiffLine(kind="text", text=f"  by {methods}")
    for index in reason.rules:
        yield from (DiffLine(kind="text", text=f"  {line}") for line in prose.rule(index))


def _cases_line(cases: Sequence[str], prose: _Prose) -> DiffLine:
    if not cases:
        return DiffLine(kind="alert", text="  no case covers this")
    shown = [_clipped(safe_text(case)) for case in (cases if prose.is_all else cases[:_CASES])]
    word = "case" if len(cases) == 1 else "cases"
    while len(shown) > 1 and not prose.is_all and len(f"  {word}: {'; '.join(shown)} and 99 more") > prose.width:
        shown.pop()
    more = f" and {len(cases) - len(shown)} more" if len(cases) > len(shown) else ""
    return DiffLine(kind="text", text=f"  {word}: {'; '.join(shown)}{more}")


def _show_method(method: Method) -> str:
    name = safe_text(method.name)
    if not method.first:
        return name
    lines = f"line {method.first}" if method.first == method.last else f"lines {method.first}-{method.last}"
    return f"{name} ({lines})"


def _example(change: ExplainedChange) -> Iterator[DiffLine]:
    """Show the lines of a change, without those around and without their common indentation."""
    yield DiffLine(kind="hunk", text=f"  {_place(change)}")
    every = [line for line in change.change.hunk.lines if line.kind != "context"]
    # What only goes may stand beside what something else adds.
    normal = change.change.normal
    sides = {kind for kind, text in (("removed", normal.before), ("added", normal.after)) if text}
    changed = [line for line in every if line.kind in sides and line.content.strip()] or every
    texts = [show_bytes(line.content[:_BYTES].rstrip(b"\r\n"), encoding="utf-8") for line in changed]
    margin = min(len(text) - len(text.lstrip(" ")) for text in texts)
    marked = mark_words(
        [
            DiffLine(kind=line.kind, text=MARKS[line.kind].decode() + _clipped(text[margin:]))
            for line, text in zip(changed, texts, strict=True)
        ]
    )
    for kind in ("removed", "added"):
        side = [line for line in marked if line.kind == kind]
        yield from (_indented(line) for line in side[:_MOST_LINES])
        if len(side) > _MOST_LINES:
            yield DiffLine(kind="note", text=f"    … {len(side) - _MOST_LINES} more")


def _indented(line: DiffLine) -> DiffLine:
    return DiffLine(
        kind=line.kind, text=f"    {line.text}", marks=tuple((start + 4, end + 4) for start, end in line.marks)
    )


def _place(explained: ExplainedChange) -> str:
    return f"{show_path(explained.change.path)}:{_line_of(explained.change.hunk)}"


def _line_of(hunk: Hunk) -> int:
    """Give the line of the text before at which lines begin to differ, 1-based: that is what an editor opens."""
    head = next(index for index, line in enumerate(hunk.lines) if line.kind != "context")
    return hunk.before_start + (hunk.before_count == 0) + head


def _clipped(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
