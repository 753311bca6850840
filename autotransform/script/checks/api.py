"""What the installed LibCST has: looked up, never remembered.

The only module of the room that asks LibCST itself, and only for its names, fields and signatures.
"""

from __future__ import annotations

import dataclasses
import difflib
import functools
import inspect
import types
import typing
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal, TypeGuard, Union, get_args, get_origin

from autotransform.script.checks.kinds import Kind
from autotransform.script.policy import GROUNDED

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

#: What people who know Python's own syntax trees call the nodes of LibCST.
OTHER_NAMES = {
    "AsyncFor": "For",
    "AsyncFunctionDef": "FunctionDef",
    "AsyncWith": "With",
    "BinOp": "BinaryOperation",
    "BoolOp": "BooleanOperation",
    "Compare": "Comparison",
    "Constant": "SimpleString",
    "FString": "FormattedString",
    "FunctionCall": "Call",
    "IfExpression": "IfExp",
    "JoinedStr": "FormattedString",
    "Keyword": "Arg",
    "NameConstant": "Name",
    "Num": "Integer",
    "Starred": "StarredElement",
    "Str": "SimpleString",
    "String": "SimpleString",
    "UnaryOp": "UnaryOperation",
    "alias": "ImportAlias",
    "arg": "Param",
    "arguments": "Parameters",
    "keyword": "Arg",
}


def lookup(dotted: str) -> Any:
    """Give what a dotted name stands for in the modules that transforms may import; ``None`` where there is nothing."""
    parts = dotted.split(".")
    for length in range(len(parts), 0, -1):
        module = ".".join(parts[:length])
        if module in GROUNDED:
            found: Any = import_module(module)
            for part in parts[length:]:
                found = getattr(found, part, None)
            return found
    return None


def is_node(value: object) -> TypeGuard[type]:
    """Whether it is a class of nodes."""
    # Not `issubclass`: of an abstract class, that asks all of its subclasses for their opinion.
    return isinstance(value, type) and lookup("libcst.CSTNode") in value.__mro__


def is_matcher(value: object) -> TypeGuard[type]:
    """Whether it is the matcher of one class of nodes, such as ``m.Call``."""
    return isinstance(value, type) and value.__module__ == "libcst.matchers" and node_of(value) is not None


def node_of(matcher: type) -> type | None:
    """Give the class of nodes that a matcher is for."""
    found = lookup(f"libcst.{matcher.__name__}")
    return found if is_node(found) else None


@functools.cache
def concrete(kind: type) -> frozenset[type]:
    """Give the classes that a value of a class may be of: those of nodes that derive from it, or the class itself."""
    if not is_node(kind):
        return frozenset({kind})
    return frozenset(node for node in nodes() if kind in node.__mro__)


@functools.cache
def nodes() -> frozenset[type]:
    """Give every class of nodes that a tree can hold."""
    public = vars(import_module("libcst"))
    return frozenset(each for name, each in public.items() if is_node(each) and not name.startswith(("Base", "CST")))


@functools.cache
def fields(node: type) -> dict[str, Kind | None]:
    """Give the fields of a class of nodes and what each may hold; ``None`` where that cannot be told."""
    hints = typing.get_type_hints(node)
    return {field.name: kind_of_hint(hints[field.name]) for field in dataclasses.fields(node)}


def required(node: type) -> tuple[str, ...]:
    """Give the fields of a class of nodes that have no default."""
    missing = dataclasses.MISSING
    return tuple(
        field.name
        for field in dataclasses.fields(node)
        if field.default is missing and field.default_factory is missing and field.init
    )


def has_attribute(kind: type, name: str) -> bool:
    """Whether values of a class have an attribute: a field, a property or a method."""
    return hasattr(kind, name) or name in getattr(kind, "__dataclass_fields__", {})


def kind_of_hint(hint: Any) -> Kind | None:
    """Read a type annotation of LibCST; ``None`` where it says nothing about nodes."""
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in {Union, types.UnionType}:
        return merged(kind_of_hint(each) for each in arguments)
    if origin is Literal:
        return Kind(one=frozenset(type(each) for each in arguments))
    if origin is not None and inspect.isclass(origin) and arguments:
        if origin is lookup("libcst.FlattenSentinel"):
            return Kind(one=frozenset({origin}))
        inner = kind_of_hint(arguments[0])
        return Kind(one=frozenset(), many=inner.one) if inner and not inner.many else None
    return Kind(one=concrete(hint)) if isinstance(hint, type) else None


def merged(kinds: Iterable[Kind | None]) -> Kind | None:
    """Give what a value may be that is of one of the kinds; ``None`` as soon as one of them is unknown."""
    one: frozenset[type] = frozenset()
    many: frozenset[type] = frozenset()
    for kind in kinds:
        if kind is None:
            return None
        one, many = one | kind.one, many | kind.many
    return Kind(one=one, many=many)


@functools.cache
def visitor_methods() -> frozenset[str]:
    """Give the name of every visitor method that LibCST ever calls."""
    base = lookup("libcst.CSTTransformer")
    return frozenset(name for name in dir(base) if name.startswith(("visit_", "leave_")))


@functools.cache
def replacement(node: type) -> Kind | None:
    """Give what ``leave_…`` of a class of nodes may return: what LibCST says, and whatever may stand in its places."""
    method = getattr(lookup("libcst.CSTTransformer"), f"leave_{node.__name__}", None)
    hints = typing.get_type_hints(method, vars(import_module("libcst"))) if method else {}
    said = kind_of_hint(hints["return"]) if "return" in hints else None
    beside = frozenset[type]().union(*(each for each in _places() if node in each))
    return merged([said, Kind(one=frozenset(each for each in beside if is_node(each)))])


@functools.cache
def _places() -> tuple[frozenset[type], ...]:
    """Give what each field of each class of nodes may hold."""
    kinds = [kind for parent in nodes() for kind in fields(parent).values() if kind]
    return tuple({kind.one for kind in kinds if kind.one} | {kind.many for kind in kinds if kind.many})


@functools.cache
def can_be_left_out(node: type) -> bool:
    """Whether a node of that class stands anywhere as one of several, or where there may be none."""
    if issubclass(node, lookup("libcst.BaseExpression")):
        return False  # but for a few places that nobody means, such as the value of a `return`
    nothing = {type(None), lookup("libcst.MaybeSentinel")}
    kinds = [kind for parent in nodes() for kind in fields(parent).values() if kind]
    return any(node in kind.many or (node in kind.one and kind.one & nothing) for kind in kinds)


@functools.cache
def inside(node: type) -> frozenset[type]:
    """Give every class of nodes that may stand somewhere inside of a node of that class."""
    found: set[type] = set()
    todo = [node]
    while todo:
        for kind in fields(todo.pop()).values():
            new = {each for each in ((kind.one | kind.many) if kind else ()) if is_node(each)} - found
            found |= new
            todo += new
    return frozenset(found)


def signature(function: Callable[..., object]) -> inspect.Signature | None:
    """Give the parameters of a function or class; ``None`` where Python cannot tell them."""
    try:
        return inspect.signature(function)
    except (TypeError, ValueError):
        return None


def nearest(name: str, *, names: Iterable[str]) -> str:
    """Say which real name comes closest; empty where none does."""
    known = sorted(names)
    prefix = next((each for each in ("visit_", "leave_") if name.startswith(each)), "")
    other = prefix + OTHER_NAMES.get(name.removeprefix(prefix), "")
    folded = [each for each in known if each.lower() == name.lower()]
    near = [other] if other in known else folded or difflib.get_close_matches(name, known, n=1)
    return f"; did you mean {near[0]}?" if near else ""
