"""Say where in the text before each decision of a transform stands."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass, fields, replace
from itertools import accumulate
from operator import attrgetter
from typing import TYPE_CHECKING, Literal, TypeAlias

import libcst as cst
from libcst.codemod.visitors import AddImportsVisitor, RemoveImportsVisitor

from autotransform.engine.alignment import line_opcodes
from autotransform.engine.locating import locate
from autotransform.engine.values import Site

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from libcst.codemod import Codemod
    from libcst.metadata import CodeRange

    from autotransform.engine.alignment import Opcode
    from autotransform.engine.invariants import Source
    from autotransform.engine.recorder import Recorder, Skip
    from autotransform.engine.spots import Spot

#: How sites are sorted, several times as fast as by themselves.
_ORDER = attrgetter(*(each.name for each in fields(Site)))

#: Line and column, both 1-based, in characters.
_Point: TypeAlias = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A site, and the passage of the text before that it covers."""

    site: Site
    start: _Point
    #: The first point behind it.
    end: _Point
    #: Of the tree before; none where no method of the script decided.
    node: cst.CSTNode | None = None


def changed_places(
    recorder: Recorder, *, command: Codemod, source: Source, visited: cst.Module, after: cst.Module
) -> list[Place]:
    """Place every change: by its node, and what no method of the script made by its hunk.

    Args:
        recorder: What the script's methods changed.
        command: The transform, after its run.
        source: The file before.
        visited: The tree when the script was done, before LibCST added and removed imports on its behalf.
        after: The tree in the end.
    """
    visited_text, after_text = source.printer.text(visited), source.printer.text(after)
    positions = locate(source, [node for node, _ in recorder.changes], after=visited)
    places = [_at(node, positions[node], by=by) for node, by in recorder.changes if node in positions]
    is_placed = _covering(places)
    opcodes = line_opcodes(source.text, visited_text)
    for kind, first, last, _, _ in opcodes:
        # As lines, 1-based: what is inserted stands at the line that it pushes down.
        start, end = first + 1, max(first + 1, last)
        if kind != "equal" and not is_placed(start, end):
            places.append(_hunk(start, behind=last + 1, by="transform_module_impl"))
    for kind, first, last, _, _ in line_opcodes(visited_text, after_text) if visited_text != after_text else ():
        if kind != "equal":
            start = _line_before(first, opcodes=opcodes)
            behind = _line_before(last - 1, opcodes=opcodes) + 1 if last > first else start
            places.append(_hunk(start, behind=behind, by=_import_helper(command, kind=kind)))
    return places


def _covering(places: Sequence[Place]) -> Callable[[int, int], bool]:
    """Give what tells whether one of some places has a line from this to that, both included."""
    lines = sorted((place.start[0], place.end[0]) for place in places)
    tops = [top for top, _ in lines]
    # The lowest line of each place and those before it.
    bottoms = [*accumulate((bottom for _, bottom in lines), max)]

    def covers(start: int, end: int) -> bool:
        above = bisect_right(tops, end)
        return above > 0 and bottoms[above - 1] >= start

    return covers


def skipped_places(
    recorder: Recorder, *, guarded: Sequence[cst.CSTNode], source: Source
) -> tuple[list[Place], tuple[str, ...]]:
    """Place every node that the transform declined, and every statement that was marked.

    Gives the warnings that are of no such place, too.
    """
    declined, warnings = _told_apart(recorder, source=source)
    if not declined and not guarded:
        return [], warnings
    positions = locate(source, [*guarded, *(node for node, _, _ in declined)])
    marked: list[Skip] = [(node, "marked `# autotransform: skip`", "") for node in guarded]
    places = []
    for node, reason, by in [*declined, *marked]:
        if node in positions:
            places.append(_at(node, positions[node], by=by, reason=reason))
        else:  # a node of a later pass
            site = Site(line=1, column=1, status="skipped", reason=reason, by=by)
            places.append(Place(site=site, start=(1, 1), end=(1, 1)))
    return places, warnings


def settled(places: Iterable[Place], *, words: Mapping[Site, int]) -> tuple[Site, ...]:
    """Give the sites in order, each once, with the words that it accounts for."""
    sites = {place.site for place in places}
    if words:
        sites = {replace(site, words=words.get(site, 0)) for site in sites}
    return tuple(sorted(sites, key=_ORDER))


def innermost(places: Iterable[Place], *, spots: Iterable[Spot]) -> dict[int, Place]:
    """Find the place that holds a word, the smallest where several do: by the word's offset."""
    waiting = sorted(places, key=lambda place: (place.start, tuple(-each for each in place.end)), reverse=True)
    around: list[Place] = []
    found = {}
    for spot in spots:
        point = (spot.line, spot.column)
        while waiting and waiting[-1].start <= point:
            around.append(waiting.pop())
        while around and around[-1].end <= point:
            around.pop()
        if around:
            found[spot.offset] = around[-1]
    return found


def _told_apart(recorder: Recorder, *, source: Source) -> tuple[list[Skip], tuple[str, ...]]:
    """Tell what was declined from what was only warned of.

    A method that warns and leaves its node as it is has declined it.
    """
    declined = list(recorder.skips)
    changed = {id(node) for node, _ in recorder.changes}
    warnings = []
    warned = [*recorder.warnings()]
    positions = locate(source, [node for _, node, _ in warned if node is not None])
    for text, node, by in warned:
        position = None if node is None else positions.get(node)
        if node is None or isinstance(node, cst.Module) or position is None:
            warnings.append(text)
        elif id(node) in changed:
            warnings.append(f"line {position.start.line}: {text}")
        else:
            declined.append((node, text, by))
    return declined, tuple(warnings)


def _at(node: cst.CSTNode, position: CodeRange, *, by: str, reason: str | None = None) -> Place:
    start = (position.start.line, position.start.column + 1)
    status: Literal["changed", "skipped"] = "changed" if reason is None else "skipped"
    site = Site(line=start[0], column=start[1], status=status, reason=reason or "", by=by)
    return Place(site=site, start=start, end=(position.end.line, position.end.column + 1), node=node)


def _hunk(line: int, *, behind: int, by: str) -> Place:
    return Place(site=Site(line=line, column=1, status="changed", by=by), start=(line, 1), end=(behind, 1))


def _import_helper(command: Codemod, *, kind: str) -> str:
    """Name which of LibCST's import helpers made a change."""
    adds = AddImportsVisitor.CONTEXT_KEY in command.context.scratch
    drops = RemoveImportsVisitor.CONTEXT_KEY in command.context.scratch
    if adds and drops:
        return {"insert": "need_import", "delete": "drop_import"}.get(kind, "need_import, drop_import")
    return "need_import" if adds else "drop_import"


def _line_before(index: int, *, opcodes: list[Opcode]) -> int:
    """Give the line of the text before, 1-based, for a line of the text after, counted from 0."""
    for kind, first, last, new_first, new_last in opcodes:
        if new_first <= index < new_last:
            return 1 + (first + index - new_first if kind == "equal" else min(first, max(first, last - 1)))
    return max(1, opcodes[-1][2])
