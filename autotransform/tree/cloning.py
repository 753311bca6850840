"""Copy a tree with every node in it, as LibCST's ``deep_clone`` does, without a second validation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import libcst as cst

from autotransform.tree.fields import SHAPES
from autotransform.tree.rebuilding import Run, compiled, rebuilder

if TYPE_CHECKING:
    from autotransform.tree.rebuilding import Rebuild

#: LibCST's own, which `deep_clone` may stand in for.
_PLAIN_CLONE = cst.CSTNode.deep_clone


def _clone_plainly(node: Any, table: Any, run: Any) -> Any:
    del table, run
    return _PLAIN_CLONE(node)


class _Table(dict[type, "Rebuild | None"]):
    """How a node of each class is copied: as a visit makes it anew, and those too that a visit leaves as they are."""

    def __init__(self) -> None:
        super().__init__({type(None): None, cst.MaybeSentinel: None})

    def __missing__(self, kind: type) -> Rebuild | None:
        shape = SHAPES.get(kind)
        if shape is None or any(name.startswith("_") for name in shape.names):
            return _clone_plainly  # not kept: a class of a script's own would keep its script
        self[kind] = compiled(shape) if shape.is_leaf else rebuilder(kind)
        return self[kind]


_TABLE = _Table()
#: No handler changes anything in a copy, so that all of them are of the same one.
_RUN = Run(None)


def deep_clone(node: Any) -> Any:
    """Give a copy of a node in which no node is one of the original."""
    clone = _TABLE[node.__class__]
    return node if clone is None else clone(node, _TABLE, _RUN)
