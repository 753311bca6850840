"""What a visitor that changes nothing does at a node of each class; written when the first is met."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any, TypeAlias

from autotransform.tree.fields import SHAPES
from autotransform.tree.plain import NOTHING_THERE, fields_of_concern, is_several, visit_plainly
from autotransform.tree.reach import BITS

if TYPE_CHECKING:
    from collections.abc import Callable

    import libcst as cst

    from autotransform.tree.fields import ChildField
    from autotransform.tree.interest import Interest

#: (node, visitor): visit what is below.
Reading: TypeAlias = "Callable[[Any, Any], None]"


class ReadingTable(dict[type, "Reading | None"]):
    """What a visitor that changes nothing does for each class; ``None``: nothing, here and below."""

    def __init__(self, interest: Interest) -> None:
        super().__init__(dict.fromkeys(NOTHING_THERE))
        self._interest = interest
        self._concerned = interest.concerned

    def __missing__(self, kind: type) -> Reading | None:
        made = self._made(kind)
        if kind in SHAPES or is_several(kind):  # a class of a script's own would be kept, and its script with it
            self[kind] = made
        return made

    def _made(self, kind: type) -> Reading | None:
        if kind not in SHAPES:
            return self._each if is_several(kind) else visit_plainly
        interest, bit = self._interest, BITS[kind]
        below = self._below(kind)
        if interest.generic & bit:
            return _reading_generic(below)
        visit, leave = f"visit_{kind.__name__}", f"leave_{kind.__name__}"
        return _reading_handled(
            below,
            visit=visit if visit in interest.visits else None,
            leave=leave if leave in interest.leaves else None,
        )

    def _each(self, nodes: Any, visitor: Any) -> None:
        for node in nodes:
            read = self[node.__class__]
            if read is not None:
                read(node, visitor)

    def _below(self, kind: type[cst.CSTNode]) -> Reading | None:
        if self._interest.attributes & BITS[kind]:
            return _reading_attributes(self, SHAPES[kind].children)
        fields = fields_of_concern(kind, self._concerned)
        if not fields:
            return None
        values = attrgetter(*(each.name for each in fields))
        return _reading_one(self, values) if len(fields) == 1 else _reading_several(self, values)


def _reading_one(table: ReadingTable, value: Callable[[Any], Any]) -> Reading:
    def read_one(node: Any, visitor: Any) -> None:
        child = value(node)
        read = table[child.__class__]
        if read is not None:
            read(child, visitor)

    return read_one


def _reading_several(table: ReadingTable, values: Callable[[Any], Any]) -> Reading:
    def read_several(node: Any, visitor: Any) -> None:
        for child in values(node):
            read = table[child.__class__]
            if read is not None:
                read(child, visitor)

    return read_several


def _reading_attributes(table: ReadingTable, fields: tuple[ChildField, ...]) -> Reading:
    def read_attributes(node: Any, visitor: Any) -> None:
        for field in fields:
            child = getattr(node, field.name)
            if child is None and field.kind == "optional sequence":
                continue
            visitor.on_visit_attribute(node, field.name)
            read = table[child.__class__]
            if read is not None:
                read(child, visitor)
            visitor.on_leave_attribute(node, field.name)

    return read_attributes


def _reading_generic(below: Reading | None) -> Reading:
    def read_generic(node: Any, visitor: Any) -> None:
        if visitor.on_visit(node) and below is not None:
            below(node, visitor)
        visitor.on_leave(node)

    return read_generic


def _reading_handled(below: Reading | None, *, visit: str | None, leave: str | None) -> Reading | None:
    if visit is None and leave is None:
        return below

    def read_visited(node: Any, visitor: Any) -> None:
        handler = getattr(visitor, visit, None)  # type: ignore[arg-type]
        if (handler is None or handler(node) is not False) and below is not None:
            below(node, visitor)

    if leave is None:
        return read_visited

    def read_left(node: Any, visitor: Any) -> None:
        handler = getattr(visitor, visit, None) if visit else None
        if (handler is None or handler(node) is not False) and below is not None:
            below(node, visitor)
        handler = getattr(visitor, leave, None)
        if handler is not None:
            handler(node)

    return read_left
