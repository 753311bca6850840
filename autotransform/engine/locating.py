"""Say where some nodes of a parsed file stand, by a look at the statements that may hold them alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autotransform.tree.positions import positions_of
from autotransform.tree.searching import NOT_FOUND, search
from autotransform.tree.writing import PLAIN, table

if TYPE_CHECKING:
    from collections.abc import Iterable

    import libcst as cst
    from libcst.metadata import CodeRange

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
    if not missing:
        return {}
    module, functions = source.module, table()
    if functions is PLAIN:
        return positions_of(module, missing.values())
    found: dict[cst.CSTNode, CodeRange] = {}
    for without in ({} if after is None else source.printer.common(module, after), {}):
        here = search(module, missing.values(), table=functions, without=without)
        found |= here
        missing = {key: node for key, node in missing.items() if node not in here}
        if not without or not missing:
            break
    return found | positions_of(module, [node for node in missing.values() if type(node) in NOT_FOUND])
