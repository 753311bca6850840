"""Which nodes of a tree are new, and whether each holds what can stand there."""

from __future__ import annotations

import keyword
from dataclasses import fields
from itertools import repeat
from operator import attrgetter
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

import libcst as cst

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

#: What decides about the types of a node: its class, and of each field the type, or its elements' types.
_Shape: TypeAlias = tuple[object, ...]

#: What LibCST's own parser puts behind ``as`` (``with a as b.c``), although its annotations do not allow it.
_PARSED_AFTER_AS: frozenset[type] = frozenset({cst.Attribute, cst.Subscript})

#: What LibCST takes for a name and Python does not. The constants are names to LibCST.
KEYWORDS = frozenset(keyword.kwlist) - {"True", "False", "None"}


class _Fields(NamedTuple):
    """What is to be known of the fields of a class."""

    #: Gives what a node holds in them.
    values: Callable[[object], tuple[object, ...]]
    #: Of each whether its very value counts.
    literal: tuple[bool, ...]


_NO_FIELDS = _Fields(values=lambda _: (), literal=())
_SEQUENCES = (tuple, list)
#: Of each class of LibCST's that was met.
_FIELDS: dict[type, _Fields] = {}

#: Shapes that LibCST has found right; there are some thousand in all.
_right: set[_Shape] = set()
_MOST = 20_000


def find_wrong_types(module: cst.Module, *, before: cst.Module) -> str:
    """Tell which new node holds a child of a kind that cannot stand there; empty when none does.

    Nodes of the tree before came from the parser and need no check.
    """
    if _are_right(module, before):
        return ""
    return _find_wrong(module, known=_ids(before))


def _find_wrong(module: cst.Module, *, known: set[int]) -> str:
    stack: list[cst.CSTNode] = [module]
    while stack:
        node = stack.pop()
        if id(node) not in known:
            if isinstance(node, cst.Name) and node.value in KEYWORDS:
                return f"a name is the keyword `{node.value}`"  # `not` that is called prints as `not(x)`, and compiles
            try:
                if not (isinstance(node, cst.AsName) and type(node.name) in _PARSED_AFTER_AS):
                    node.validate_types_shallow()
            except TypeError as error:
                return str(error)
            stack.extend(node.children)
    return ""


def _ids(tree: cst.CSTNode) -> set[int]:
    found = set()
    stack = [tree]
    while stack:
        node = stack.pop()
        found.add(id(node))
        stack.extend(node.children)
    return found


def _are_right(new: object, old: object) -> bool:
    """Whether the nodes of a tree that do not stand in another one, and some that stand there elsewhere, are right."""
    pending = [(new, old)]
    while pending:
        node, there = pending.pop()
        kind = type(node)
        fields_of_kind = _FIELDS.get(kind) or _fields_of(kind)
        if not fields_of_kind.literal:  # no node of LibCST's, or one without fields
            if not _is_right(node, shape=(kind,)):
                return False
            continue
        values = fields_of_kind.values(node)
        others = fields_of_kind.values(there) if type(there) is kind else repeat(None)
        shape: list[object] = [kind]
        for value, other, is_literal in zip(values, others, fields_of_kind.literal, strict=False):
            shape.append(value if is_literal and isinstance(value, str) else type(value))
            if isinstance(value, _SEQUENCES):
                shape.append(frozenset(map(type, value)))
                if value is not other:
                    pending += _new_elements(value, other if isinstance(other, _SEQUENCES) else ())
            elif value is not other and isinstance(value, cst.CSTNode):
                pending.append((value, other))
        if not _is_right(node, shape=tuple(shape)):
            return False
    return True


def _new_elements(
    new: tuple[object, ...] | list[object], old: tuple[object, ...] | list[object]
) -> Iterator[tuple[object, object]]:
    if len(new) == len(old):
        for each, other in zip(new, old, strict=True):
            if each is not other and isinstance(each, cst.CSTNode):
                yield each, other
        return
    known, kept = {id(each) for each in old}, {id(each) for each in new}
    others = iter([each for each in old if id(each) not in kept])
    for each in new:
        if id(each) not in known and isinstance(each, cst.CSTNode):
            yield each, next(others, None)


def _fields_of(kind: type) -> _Fields:
    """Give the fields of a class of LibCST's; none of any other class."""
    if not kind.__module__.startswith("libcst.") or not issubclass(kind, cst.CSTNode):
        return _NO_FIELDS
    known = fields(kind)
    names = [each.name for each in known]
    get = attrgetter(*names) if len(names) > 1 else lambda node: tuple(getattr(node, name) for name in names)
    literal = tuple("Literal" in repr(each.type) for each in known)
    _FIELDS[kind] = found = _Fields(values=get, literal=literal)
    return found


def _is_right(node: object, *, shape: _Shape) -> bool:
    kind = type(node)
    if isinstance(node, cst.Name) and node.value in KEYWORDS:
        return False
    if shape in _right:
        return True
    if len(shape) == 1:
        return kind.__module__.startswith("libcst.")
    try:
        if not (isinstance(node, cst.AsName) and type(node.name) in _PARSED_AFTER_AS):
            node.validate_types_shallow()  # type: ignore[attr-defined]
    except TypeError:
        return False
    if len(_right) < _MOST and _outlasts_script(shape):
        _right.add(shape)
    return True


def _outlasts_script(shape: Iterable[object]) -> bool:
    """Whether no class of a script's own stands in a shape: it would be kept, and its script with it."""
    return all(
        _outlasts_script(each)
        if isinstance(each, frozenset)
        else not isinstance(each, type) or each.__module__.partition(".")[0] in {"libcst", "builtins"}
        for each in shape
    )
