"""The shape of each node class: which fields hold children, of what kind, in the order in which LibCST visits them.

Nothing of this is written down here. Each class says it itself, in the method with which it visits its children: that
method is run once on a stand-in, with recorders for the functions that it calls. A class whose method does anything
else than pass each field to one of them, and the results to its constructor, has no shape; whoever asks for it
goes LibCST's own way.
"""

from __future__ import annotations

import dataclasses
import inspect
import sys
import types
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import libcst as cst

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Kind: TypeAlias = Literal[
    "required", "optional", "sentinel", "sequence", "body", "optional sequence", "node or sequence"
]

#: How LibCST visits each kind.
VISITS: dict[str, Kind] = {
    "visit_required": "required",
    "visit_optional": "optional",
    "visit_sentinel": "sentinel",
    "visit_sequence": "sequence",
    "visit_body_sequence": "body",
}
SEQUENCES: frozenset[Kind] = frozenset({"sequence", "body", "optional sequence"})
#: Kinds of one field in the three runs on a stand-in (with values, with ``None`` for each, with values that are
#: instances of whatever is asked), where they differ.
_CONDITIONAL: dict[tuple[Kind | None, ...], Kind] = {
    ("sequence", None, "sequence"): "optional sequence",
    ("sequence", "sequence", "required"): "node or sequence",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class ChildField:
    """A field that holds a child or several."""

    name: str
    kind: Kind

    @property
    def is_sequence(self) -> bool:
        """Whether there may be several children."""
        return self.kind in SEQUENCES


@dataclass(frozen=True, slots=True, kw_only=True)
class Shape:
    """What a node of one class is made of."""

    node: type[cst.CSTNode]
    #: Every field, as the constructor takes them.
    names: tuple[str, ...]
    #: Those with children, in the order of the visit.
    children: tuple[ChildField, ...]
    #: A visit gives the node itself, not a copy.
    is_leaf: bool


class _OddError(Exception):
    """The method does what is not understood."""


@dataclass(frozen=True, slots=True)
class _Field:
    """Stands for the value of a field of the node that is probed."""

    name: str

    def __bool__(self) -> bool:
        raise _OddError


@dataclass(frozen=True, slots=True)
class _Visited:
    """Stands for what a visit of a field gives."""

    name: str


class _Probe:
    """Stands for a node, and notes what is visited."""

    def __init__(self, *, is_empty: bool) -> None:
        self._is_empty = is_empty
        self.visited: dict[str, Kind] = {}
        self.visitor = object()

    def __getattribute__(self, name: str) -> Any:
        if name == "__class__":  # some classes build themselves by it
            return dict
        return object.__getattribute__(self, name)

    def __getattr__(self, name: str) -> _Field | None:
        return None if self._is_empty else _Field(name)

    def recorder(self, kind: Kind) -> Callable[..., _Visited]:
        """Give what stands for the function that visits fields of this kind."""

        def record(parent: object, name: str, value: object, visitor: object) -> _Visited:
            if parent is not self or visitor is not self.visitor or name in self.visited:
                raise _OddError
            if value != self.__getattr__(name):
                raise _OddError
            self.visited[name] = kind
            return _Visited(name)

        return record


def _probed(node: type[cst.CSTNode], *, is_empty: bool = False, is_instance: bool = False) -> tuple[_Probe, Any]:
    """Run the method on a stand-in; ``isinstance`` answers as told."""
    method: Any = node._visit_and_replace_children  # noqa: SLF001 - it is where a class says what its children are
    code = method.__code__
    if code.co_freevars:
        raise _OddError
    probe = _Probe(is_empty=is_empty)
    classes = {name: getattr(cst, name) for name in code.co_names if name[0].isupper() and hasattr(cst, name)}
    recorders = {name: probe.recorder(kind) for name, kind in VISITS.items()}
    builtins = {"isinstance": lambda *_: is_instance}
    known = {"__builtins__": builtins, **classes, **recorders, node.__name__: dict}
    return probe, types.FunctionType(code, known)(probe, probe.visitor)


def shape_of(node: type[cst.CSTNode]) -> Shape | None:
    """Find out what a class is made of; ``None`` where its method is not of the known form."""
    names = tuple(each.name for each in dataclasses.fields(node) if each.init)
    if len(names) != len(dataclasses.fields(node)):
        return None
    try:
        probe, built = _probed(node)
        empty, built_empty = _probed(node, is_empty=True)
        instance, built_instance = _probed(node, is_instance=True)
    except Exception:  # noqa: BLE001 - whatever a method of another form meets in its stand-in
        return None
    if built is probe:
        return Shape(node=node, names=names, children=(), is_leaf=True)
    expected = {name: _Visited(name) if name in probe.visited else _Field(name) for name in names}
    if not built == built_instance == expected or set(built_empty) != set(names):
        return None
    kinds = {name: tuple(each.visited.get(name) for each in (probe, empty, instance)) for name in probe.visited}
    resolved = {name: kind[0] if len(set(kind)) == 1 else _CONDITIONAL.get(kind) for name, kind in kinds.items()}
    children = [ChildField(name=name, kind=kind) for name, kind in resolved.items() if kind]
    if len(children) != len(resolved):
        return None
    return Shape(node=node, names=names, children=tuple(children), is_leaf=False)


def _node_classes(base: type[cst.CSTNode]) -> Iterator[type[cst.CSTNode]]:
    for node in base.__subclasses__():
        yield from _node_classes(node)
        # LibCST makes each class twice, the second time with slots; the first is still listed.
        is_public = getattr(sys.modules.get(node.__module__), node.__name__, None) is node
        if is_public and node.__module__.startswith("libcst.") and not inspect.isabstract(node):
            yield node


#: Every class of which there are nodes.
NODES: tuple[type[cst.CSTNode], ...] = tuple(
    sorted(set(_node_classes(cst.CSTNode)), key=lambda node: node.__name__)  # type: ignore[type-abstract]
)
#: The shape of each; a class that is not here is odd.
SHAPES: dict[type, Shape] = {node: shape for node in NODES if (shape := shape_of(node))}
