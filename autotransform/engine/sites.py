"""Say where in the text before each decision of a transform stands."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING, TypeAlias

from libcst.codemod.visitors import AddImportsVisitor, RemoveImportsVisitor
from libcst.metadata import CodeRange, PositionProvider

from autotransform.engine.values import Site

if TYPE_CHECKING:
    from collections.abc import Mapping

    import libcst as cst
    from libcst.codemod import Codemod

    from autotransform.engine.recorder import Recorder

#: (kind, first and last line before, first and last line after)
_Opcode: TypeAlias = tuple[str, int, int, int, int]

#: Files with more lines than this are compared with difflib's own heuristic, which is linear.
_MANY_LINES = 4000


def changed_sites(
    recorder: Recorder, *, command: Codemod, wrapper: cst.MetadataWrapper, visited: str, after: str
) -> tuple[Site, ...]:
    """Place every change: by its node, and what no method of the script made by its hunk.

    Args:
        recorder: What the script's methods changed.
        command: The transform, after its run.
        wrapper: Of the tree before.
        visited: The text when the script was done, before LibCST added and removed imports on its behalf.
        after: The text in the end.
    """
    positions = wrapper.resolve(PositionProvider)
    placed = [(positions[node], by) for node, by in recorder.changes if node in positions]
    sites = [_site(position, status="changed", by=by) for position, by in placed]
    opcodes = _opcodes(wrapper.module.code, visited)
    for kind, first, last, _, _ in opcodes:
        # As lines, 1-based: what is inserted stands at the line that it pushes down.
        start, end = first + 1, max(first + 1, last)
        if kind != "equal" and not any(start <= each.end.line and each.start.line <= end for each, _ in placed):
            sites.append(Site(line=start, column=1, status="changed", by="transform_module_impl"))
    for kind, first, _, _, _ in _opcodes(visited, after) if visited != after else ():
        if kind != "equal":
            by = _import_helper(command, kind=kind)
            sites.append(Site(line=_line_before(first, opcodes=opcodes), column=1, status="changed", by=by))
    return tuple(sorted(set(sites)))


def skipped_sites(recorder: Recorder, *, guarded: list[cst.CSTNode], wrapper: cst.MetadataWrapper) -> tuple[Site, ...]:
    """Place every node that the transform declined, and every statement that was marked."""
    if not recorder.skips and not guarded:
        return ()
    positions = wrapper.resolve(PositionProvider)
    sites = [
        _site(positions[node], status="skipped", reason=reason, by=by)
        for node, reason, by in recorder.skips
        if node in positions
    ]
    sites += [
        Site(line=1, column=1, status="skipped", reason=reason, by=by)
        for node, reason, by in recorder.skips
        if node not in positions
    ]
    sites += [_marked(node, positions=positions) for node in guarded]
    return tuple(sorted(set(sites)))


def _marked(node: cst.CSTNode, *, positions: Mapping[cst.CSTNode, CodeRange]) -> Site:
    return _site(positions[node], status="skipped", reason="marked `# autotransform: skip`")


def _site(position: CodeRange, *, status: str, reason: str = "", by: str = "") -> Site:
    line, column = position.start.line, position.start.column + 1
    if status == "changed":
        return Site(line=line, column=column, status="changed", by=by)
    return Site(line=line, column=column, status="skipped", reason=reason, by=by)


def _import_helper(command: Codemod, *, kind: str) -> str:
    """Name which of LibCST's import helpers made a change."""
    adds = AddImportsVisitor.CONTEXT_KEY in command.context.scratch
    drops = RemoveImportsVisitor.CONTEXT_KEY in command.context.scratch
    if adds and drops:
        return {"insert": "need_import", "delete": "drop_import"}.get(kind, "need_import, drop_import")
    return "need_import" if adds else "drop_import"


def _opcodes(before: str, after: str) -> list[_Opcode]:
    """Compare two texts line by line; lines are counted from 0 and ranges are half open, as in difflib."""
    old, new = before.split("\n"), after.split("\n")
    start = 0
    while start < min(len(old), len(new)) and old[start] == new[start]:
        start += 1
    end = 0
    while end < min(len(old), len(new)) - start and old[-1 - end] == new[-1 - end]:
        end += 1
    middle, other = old[start : len(old) - end], new[start : len(new) - end]
    matcher = difflib.SequenceMatcher(None, middle, other, autojunk=len(middle) > _MANY_LINES)
    found: list[_Opcode] = [("equal", 0, start, 0, start)]
    found += [(kind, start + a, start + b, start + c, start + d) for kind, a, b, c, d in matcher.get_opcodes()]
    found.append(("equal", len(old) - end, len(old), len(new) - end, len(new)))
    return found


def _line_before(index: int, *, opcodes: list[_Opcode]) -> int:
    """Give the line of the text before, 1-based, for a line of the text after, counted from 0."""
    for kind, first, last, new_first, new_last in opcodes:
        if new_first <= index < new_last:
            return 1 + (first + index - new_first if kind == "equal" else min(first, max(first, last - 1)))
    return max(1, opcodes[-1][2])
