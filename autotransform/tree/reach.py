"""Which classes of nodes can stand below which: what a visit may pass over without a look.

Sets of classes are bits of an integer.
"""

from __future__ import annotations

import collections.abc
import dataclasses
import sys
import typing
from typing import TYPE_CHECKING, Any

from autotransform.tree.fields import NODES, SHAPES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import libcst as cst

    from autotransform.tree.fields import Shape

EVERY = (1 << len(NODES)) - 1
#: The bit of each class.
BITS: dict[type, int] = {node: 1 << index for index, node in enumerate(NODES)}
BY_NAME: dict[str, type[cst.CSTNode]] = {node.__name__: node for node in NODES}


#: What derives from each class, for those of which anything does.
_DERIVED: dict[type, int] = {}
for _node in NODES:
    for _base in _node.__mro__:
        _DERIVED[_base] = _DERIVED.get(_base, 0) | BITS[_node]


def bits(nodes: Iterable[type]) -> int:
    """Give the set of some classes."""
    found = 0
    for node in nodes:
        found |= BITS[node]
    return found


def _classes(annotation: Any, *, module: str) -> Iterator[type]:
    """Give the classes that an annotation names."""
    if isinstance(annotation, typing.ForwardRef):
        annotation = annotation.__forward_arg__
    if isinstance(annotation, str):
        annotation = getattr(sys.modules[module], annotation)
    if isinstance(annotation, type) and not typing.get_origin(annotation):
        yield annotation
        return
    if typing.get_origin(annotation) not in {typing.Union, collections.abc.Sequence}:
        message = f"unknown annotation {annotation!r}"
        raise TypeError(message)
    for each in typing.get_args(annotation):
        yield from _classes(each, module=module)


def _direct(shape: Shape) -> dict[str, int]:
    """Give what each field with children may hold."""
    annotations = {each.name: each.type for each in dataclasses.fields(shape.node)}
    found = {}
    for field in shape.children:
        try:
            named = tuple(_classes(annotations[field.name], module=shape.node.__module__))
        except (TypeError, AttributeError):
            found[field.name] = EVERY
        else:
            found[field.name] = _union(_DERIVED[each] for each in named if each in _DERIVED)
    return found


def _closed(held: dict[type, int]) -> dict[type, int]:
    """Give what stands below each class, however deep, with the class itself."""
    below = {node: BITS[node] | held.get(node, EVERY) for node in NODES}
    for middle, bit in BITS.items():  # Warshall's
        further = below[middle]
        for node, found in below.items():
            if found & bit:
                below[node] = found | further
    return below


def _union(sets: Iterable[int]) -> int:
    found = 0
    for each in sets:
        found |= each
    return found


def _below_all(below: dict[type, int], nodes: int) -> int:
    found = 0
    while nodes & ~found:
        # What stands below a class that stands below another is found with that one.
        bit = (nodes & ~found) & -(nodes & ~found)
        found |= below[NODES[bit.bit_length() - 1]]
    return found


_DIRECT = {node: _direct(shape) for node, shape in SHAPES.items()}
_BELOW = _closed({node: _union(fields.values()) for node, fields in _DIRECT.items()})
_FIELDS = {node: {name: _below_all(_BELOW, held) for name, held in fields.items()} for node, fields in _DIRECT.items()}


def may_hold(node: type[cst.CSTNode], field: str) -> int:
    """Give the classes that a field may hold itself."""
    return _DIRECT[node][field]


def below_field(node: type[cst.CSTNode], field: str) -> int:
    """Give the classes of all nodes that may stand in a field or below it."""
    return _FIELDS[node][field]
