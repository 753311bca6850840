"""LibCST's own way of a visit, and what both ways need."""

from __future__ import annotations

import collections.abc
from typing import TYPE_CHECKING, Any

import libcst as cst

from autotransform.tree.fields import SHAPES
from autotransform.tree.reach import below_field
from autotransform.tree.rebuilding import Giver

if TYPE_CHECKING:
    from autotransform.tree.fields import ChildField

#: LibCST's own.
PLAIN_VISIT = cst.CSTNode.visit
#: What stands in a field that holds no node.
NOTHING_THERE = (type(None), cst.MaybeSentinel)
#: What a handler may give besides a node.
SENTINELS = (cst.RemovalSentinel, cst.FlattenSentinel)


def is_several(kind: type) -> bool:
    """Whether a field that holds one of these holds several nodes."""
    return issubclass(kind, collections.abc.Sequence) and not issubclass(kind, str | bytes)


def fields_of_concern(kind: type[cst.CSTNode], concerned: int) -> tuple[ChildField, ...]:
    """Give the fields below which anything may be that is of concern."""
    return tuple(each for each in SHAPES[kind].children if below_field(kind, each.name) & concerned)


def require_result(node: cst.CSTNode, result: object) -> None:
    """Let LibCST say what it thinks of what a handler gave."""
    if not isinstance(result, (cst.CSTNode, *SENTINELS)):
        PLAIN_VISIT(node, Giver([result]))  # type: ignore[arg-type]


def visit_plainly(node: Any, visitor: Any) -> Any:
    """Visit a node as LibCST does: of a class that it does not have, or by a visitor of which nothing is known."""
    if not isinstance(node, cst.CSTNode):
        return node.visit(visitor)  # which fails with LibCST's words
    updated = node._visit_and_replace_children(visitor) if visitor.on_visit(node) else node  # noqa: SLF001
    if isinstance(visitor, cst.CSTVisitor):
        visitor.on_leave(node)
        return node
    updated = visitor.on_leave(node, updated)
    require_result(node, updated)
    return updated
