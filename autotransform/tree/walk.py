"""Walk a tree without making a node; LibCST's own ``children`` builds a copy of each node that it looks at."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any, cast

import libcst as cst

from autotransform.tree.fields import SHAPES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from autotransform.tree.fields import Shape


def _values(shape: Shape) -> Callable[[Any], tuple[Any, ...]]:
    """Make what gives the fields of a node that hold children."""
    names = [field.name for field in shape.children]
    if not names:
        return lambda _: ()
    if len(names) == 1:
        only = attrgetter(names[0])
        return lambda node: (only(node),)
    return attrgetter(*names)


#: LibCST's own, which `children` may stand in for.
_PLAIN_CHILDREN: Callable[[cst.CSTNode], Sequence[cst.CSTNode]] = cst.CSTNode.children.fget  # type: ignore[attr-defined]
_VALUES = {node: _values(shape) for node, shape in SHAPES.items()}


def children(node: cst.CSTNode) -> list[cst.CSTNode]:
    """Give the children of a node, as LibCST's own ``children`` does: in the order in which it visits them."""
    values = _VALUES.get(node.__class__)
    if values is None:
        return list(_PLAIN_CHILDREN(node))
    found: list[cst.CSTNode] = []
    for value in values(node):
        # A look into a dictionary is much cheaper than a question to an abstract base class.
        if value.__class__ in SHAPES or isinstance(value, cst.CSTNode):
            found.append(cast("cst.CSTNode", value))
        elif value is not None and value is not cst.MaybeSentinel.DEFAULT:
            found += value
    return found


def descendants(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """Give a node and everything below it, each node before what is below it."""
    stack = [node]
    while stack:
        node = stack.pop()
        yield node
        found = children(node)
        found.reverse()
        stack += found
