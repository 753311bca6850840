"""Say where some nodes of a parsed file stand, by a look at the statements that hold them alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from libcst.metadata import CodePosition, CodeRange

from autotransform.tree.positions import positions_of
from autotransform.tree.walk import descendants

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import libcst as cst

    from autotransform.engine.invariants import Source


def locate(
    source: Source, nodes: Iterable[cst.CSTNode], *, after: cst.Module | None = None
) -> dict[cst.CSTNode, CodeRange]:
    """Give the lines and columns of some nodes, as far as they stand in the tree before.

    Args:
        source: The file.
        nodes: Which ones.
        after: What has become of the module: what is no statement of that is looked at first.
    """
    missing = {id(node): node for node in nodes}
    found: dict[cst.CSTNode, CodeRange] = {}
    lines = source.printer.lines_above(source.module)
    for index in _in_order(source.module, after=after):
        if not missing:
            break
        statement = source.module.body[index]
        here = [missing.pop(id(node)) for node in descendants(statement) if id(node) in missing]
        if here:
            alone = source.module.with_changes(header=(), body=(statement,), footer=(), has_trailing_newline=True)
            places = positions_of(alone, here).items()
            found |= {node: _shifted(place, by=lines[index]) for node, place in places}
    return found | positions_of(source.module, missing.values())


def _in_order(module: cst.Module, *, after: cst.Module | None) -> Iterator[int]:
    """Give the places of the statements, those that are gone first."""
    kept = {id(each) for each in after.body} if after is not None else set()
    yield from (index for index, each in enumerate(module.body) if id(each) not in kept)
    yield from (index for index, each in enumerate(module.body) if id(each) in kept)


def _shifted(place: CodeRange, *, by: int) -> CodeRange:
    start, end = place.start, place.end
    return CodeRange(CodePosition(start.line + by, start.column), CodePosition(end.line + by, end.column))
