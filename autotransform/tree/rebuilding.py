"""Make each node of a tree anew, as LibCST does when it visits, but without a second validation of what did not change.

Each class of nodes has a function of its own, written here from its shape, since a loop over fields would cost more
than the work. What a handler changed goes through LibCST's own functions and the class's own constructor, so that
what is refused is refused with the same words.
"""

from __future__ import annotations

import types
from typing import TYPE_CHECKING, Any, TypeAlias

from libcst._nodes import internal

from autotransform.tree.fields import SHAPES, VISITS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import libcst as cst

    from autotransform.tree.fields import ChildField, Kind, Shape

#: (node, functions of all classes, run) -> the new node, or what a handler gives in its place. ``None``: a node of
#: this class stays what it is.
Rebuild: TypeAlias = "Callable[[Any, Any, Run], Any]"

_VISIT_OF: dict[Kind, Callable[..., Any]] = {
    **{kind: getattr(internal, name) for name, kind in VISITS.items()},
    "optional sequence": internal.visit_sequence,
}


class Run:
    """One visit of a tree by a transformer, as long as it lasts."""

    __slots__ = ("changes", "is_odd", "visitor")

    def __init__(self, visitor: cst.CSTTransformer | None) -> None:
        self.visitor = visitor
        #: Grows with everything that a handler puts in the place of a node.
        self.changes = 0
        #: What a function gave is no node, but says what to do with its place: whoever sees this settles it, which
        #: leaves a node that comes by first what it is.
        self.is_odd = False


class Giver:
    """Visits nodes in order, and gives for each what is known already."""

    def __init__(self, results: list[Any]) -> None:
        self.results: Iterator[Any] = iter(results)

    def on_visit(self, node: cst.CSTNode) -> bool:
        """Never go down."""
        del node
        return False

    def on_leave(self, original_node: cst.CSTNode, updated_node: cst.CSTNode) -> Any:
        """Give the next."""
        del original_node, updated_node
        return next(self.results)

    def on_visit_attribute(self, node: cst.CSTNode, attribute: str) -> None:
        """Say nothing: the visitor at work has been told."""

    def on_leave_attribute(self, original_node: cst.CSTNode, attribute: str) -> None:
        """Say nothing: the visitor at work has been told."""


def settled(kind: Kind, name: str, parent: cst.CSTNode, child: Any, given: Any) -> Any:
    """Give what LibCST puts into a field when a handler gave this for what it held.

    Args:
        kind: The kind of the field.
        name: Its name.
        parent: The original node.
        child: What the field holds there.
        given: What handlers made of it; for a sequence what they made of each part.
    """
    if kind == "node or sequence":
        kind = "sequence" if isinstance(given, list) else "required"
    results = given if isinstance(given, list) else [given]
    return _VISIT_OF[kind](parent, name, child, Giver(results))


def _settled_here(run: Run, kind: Kind, name: str, parent: cst.CSTNode, child: Any, given: Any) -> Any:  # noqa: PLR0917 - called from generated code
    run.is_odd = False
    return settled(kind, name, parent, child, given)


_ONE = """\
    old_{name} = node.{name}
    rebuild = table[old_{name}.__class__]
    if rebuild is None:
        new_{name} = old_{name}
    else:
        new_{name} = rebuild(old_{name}, table, run)
        if run.is_odd:
            new_{name} = settled(run, {kind!r}, {name!r}, node, old_{name}, new_{name})
"""
_SEVERAL = """\
    old_{name} = node.{name}
    if old_{name}:
        new_{name} = []
        before = run.changes
        for child in old_{name}:
            rebuild = table[child.__class__]
            new_{name}.append(child if rebuild is None else rebuild(child, table, run))
        if run.changes == before:
            new_{name} = tuple(new_{name})
        else:
            new_{name} = settled(run, {kind!r}, {name!r}, node, old_{name}, new_{name})
    else:
        new_{name} = {empty}
"""


def _part(field: ChildField) -> str:
    empty = f"old_{field.name} and ()" if field.kind == "optional sequence" else "()"
    if field.kind == "node or sequence":
        several, one = _written(_SEVERAL, field, empty=empty), _written(_ONE, field)
        indented = several.replace("\n", "\n    ").rstrip(" "), one.replace("\n", "\n    ").rstrip(" ")
        return f"    if node.{field.name}.__class__ in shapes:\n    {indented[1]}    else:\n    {indented[0]}"
    return _written(_SEVERAL, field, empty=empty) if field.is_sequence else _written(_ONE, field)


def _written(template: str, field: ChildField, *, empty: str = "") -> str:
    return template.format(name=field.name, kind=field.kind, empty=empty)


def _source(shape: Shape) -> str:
    held = {field.name for field in shape.children}
    values = {name: f"new_{name}" if name in held else f"node.{name}" for name in shape.names}
    return "".join(
        [
            "def rebuild(node, table, run):\n    changes = run.changes\n",
            *(_part(field) for field in shape.children),
            "    if run.changes != changes:\n",
            f"        return kind({', '.join(f'{name}={value}' for name, value in values.items())})\n",
            "    made = new(draft)\n",
            *(f"    made.{name} = {value}\n" for name, value in values.items()),
            "    made.__class__ = kind\n    return made\n",
        ]
    )


def _draft(kind: type[cst.CSTNode]) -> Any:
    """Make a class whose instances can be filled in, and then be made nodes of the class: these are frozen."""
    unfrozen = {"__slots__": (), "__setattr__": object.__setattr__, "__delattr__": object.__delattr__}
    return types.new_class(kind.__name__, (kind,), exec_body=lambda names: names.update(unfrozen))


def _through_libcst(node: Any, table: object, run: Run) -> Any:
    """Rebuild a node of a class of which the shape is not known."""
    del table
    return node._visit_and_replace_children(run.visitor)  # noqa: SLF001


_KNOWN: dict[type, Rebuild | None] = {}


def rebuilder(kind: type[cst.CSTNode]) -> Rebuild | None:
    """Give what makes a node of a class anew with everything below it; ``None`` where LibCST does not."""
    if kind not in _KNOWN:
        shape = SHAPES.get(kind)
        if shape is None:
            return _through_libcst
        _KNOWN[kind] = None if shape.is_leaf else compiled(shape)
    return _KNOWN[kind]


def compiled(shape: Shape) -> Rebuild:
    """Write the function that makes nodes of one class anew."""
    known = {
        "kind": shape.node,
        "draft": _draft(shape.node),
        "new": object.__new__,
        "settled": _settled_here,
        "shapes": SHAPES,
    }
    exec(compile(_source(shape), f"<rebuild {shape.node.__name__}>", "exec"), known)  # noqa: S102 - our own text
    made: Rebuild = known["rebuild"]
    return made


def prepare() -> None:
    """Write the functions of all classes: for a process from which others are forked."""
    for kind in SHAPES:
        rebuilder(kind)
