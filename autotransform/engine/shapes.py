"""Which nodes of a tree are new, and whether each holds what can stand there."""

from __future__ import annotations

import keyword
from dataclasses import fields
from typing import TYPE_CHECKING, TypeAlias

import libcst as cst

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

#: What decides about the types of a node: its class, and of each field the type, or its elements' types.
_Shape: TypeAlias = tuple[object, ...]

#: What LibCST's own parser puts behind ``as`` (``with a as b.c``), although its annotations do not allow it.
_PARSED_AFTER_AS: frozenset[type] = frozenset({cst.Attribute, cst.Subscript})

#: What LibCST takes for a name and Python does not. The constants are names to LibCST.
KEYWORDS = frozenset(keyword.kwlist) - {"True", "False", "None"}

#: Of each class of LibCST's that was met.
_FIELDS: dict[type, tuple[tuple[str, bool], ...]] = {}

#: Shapes that LibCST has found right; there are some thousand in all.
_right: set[_Shape] = set()
_MOST = 20_000


def find_wrong_types(module: cst.Module, *, before: cst.Module) -> str:
    """Tell which new node holds a child of a kind that cannot stand there; empty when none does.

    Nodes of the tree before came from the parser and need no check.
    """
    if all(_is_right(node) for node in _new_nodes(module, before)):
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


def _new_nodes(new: object, old: object) -> Iterator[object]:
    """Give the nodes of a tree that do not stand in another one, and perhaps some that stand there elsewhere."""
    pending = [(new, old)]
    while pending:
        node, there = pending.pop()
        yield node
        same = type(node) is type(there)
        for name, _ in _fields_of(type(node)):
            value = getattr(node, name)
            other = getattr(there, name) if same else None
            if value is other:
                continue
            if isinstance(value, cst.CSTNode):
                pending.append((value, other))
            elif isinstance(value, tuple | list):
                pending += _new_elements(value, other if isinstance(other, tuple | list) else ())


def _new_elements(
    new: tuple[object, ...] | list[object], old: tuple[object, ...] | list[object]
) -> Iterator[tuple[object, object]]:
    known, kept = {id(each) for each in old}, {id(each) for each in new}
    others = iter([each for each in old if id(each) not in kept])
    for each in new:
        if id(each) not in known and isinstance(each, cst.CSTNode):
            yield each, next(others, None)


def _fields_of(kind: type) -> tuple[tuple[str, bool], ...]:
    """Name the fields of a class of LibCST's, each with whether its very value counts; none of any other class."""
    found = _FIELDS.get(kind)
    if found is None:
        if not kind.__module__.startswith("libcst.") or not issubclass(kind, cst.CSTNode):
            return ()
        found = _FIELDS[kind] = tuple((field.name, "Literal" in repr(field.type)) for field in fields(kind))
    return found


def _is_right(node: object) -> bool:
    kind = type(node)
    if isinstance(node, cst.Name) and node.value in KEYWORDS:
        return False
    shape: list[object] = [kind]
    for name, is_literal in _fields_of(kind):
        value = getattr(node, name)
        if isinstance(value, tuple | list):
            shape += type(value), frozenset(map(type, value))
        else:
            shape.append(value if is_literal and isinstance(value, str) else type(value))
    key = tuple(shape)
    if key in _right:
        return True
    if len(shape) == 1:  # no node of LibCST's, or one without fields
        return kind.__module__.startswith("libcst.")
    try:
        if not (isinstance(node, cst.AsName) and type(node.name) in _PARSED_AFTER_AS):
            node.validate_types_shallow()  # type: ignore[attr-defined]
    except TypeError:
        return False
    if len(_right) < _MOST and _outlasts_script(key):
        _right.add(key)
    return True


def _outlasts_script(shape: Iterable[object]) -> bool:
    """Whether no class of a script's own stands in a shape: it would be kept, and its script with it."""
    return all(
        _outlasts_script(each)
        if isinstance(each, frozenset)
        else not isinstance(each, type) or each.__module__.partition(".")[0] in {"libcst", "builtins"}
        for each in shape
    )
