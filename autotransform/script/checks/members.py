"""Whether what a script reads of nodes, of itself and of LibCST's classes is there."""

from __future__ import annotations

import ast
import enum
import inspect
from typing import TYPE_CHECKING

from autotransform.script.checks import api
from autotransform.script.model import problem_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from autotransform.script.checks.kinds import Kind
    from autotransform.script.checks.reading import Class, Reading
    from autotransform.script.model import Problem

#: What people look for on a node, and how it is had.
_ELSEWHERE = {
    "code": "write self.module.code_for_node(node)",
    "col_offset": "ask PositionProvider",
    "elts": "the field is called elements",
    "id": "the text of a Name is its value",
    "lineno": "ask PositionProvider",
    "n": "the text of a number is its value",
    "orig": "it is called original_node",
    "parent": "ask ParentNodeProvider",
    "s": "the text of a string is its value, and evaluated_value is without quotes",
    "text": "write self.module.code_for_node(node)",
}
#: Attributes of a codemod -> their class.
_OF_SELF = {"context": "libcst.codemod.CodemodContext", "module": "libcst.Module"}


def unknown_attributes(reading: Reading) -> Iterator[Problem]:
    """Find reads of attributes that the node at hand cannot have."""
    asked = _names_asked_for(reading)
    for node in reading.nodes:
        if not isinstance(node, ast.Attribute) or not isinstance(node.ctx, ast.Load) or node.attr in asked:
            continue
        kind = reading.known(node.value).kind
        if kind is None or _is_caught(node, reading=reading):
            continue
        if kind.many and not kind.one and not hasattr(tuple, node.attr) and not hasattr(list, node.attr):
            message = f"{ast.unparse(node.value)} is a sequence and has no {node.attr}; take one of its elements"
            yield problem_at(node, "unknown-attribute", message)
        elif _lacks(kind, name=node.attr):
            yield problem_at(node, "unknown-attribute", _missing(kind, name=node.attr))


def _lacks(kind: Kind, *, name: str) -> bool:
    possible = kind.one - {type(None)}
    return (
        not kind.many
        and any(api.is_node(each) for each in possible)
        and not any(api.has_attribute(each, name) for each in possible)
    )


def _missing(kind: Kind, *, name: str) -> str:
    possible = [each for each in kind.one if api.is_node(each)]
    names = {field for each in possible for field in api.fields(each)}
    hint = f"; {_ELSEWHERE[name]}" if name in _ELSEWHERE else api.nearest(name, names=names)
    return f"{describe(kind)} has no {name}{hint}"


def describe(kind: Kind) -> str:
    """Say what a value is, in a word or two."""
    names = sorted(each.__name__ for each in kind.one if each is not type(None))
    if len(names) > 3:  # noqa: PLR2004 - more are not worth naming
        return "a node that may stand here"
    return " or ".join(("an " if name[0] in "AEIOU" else "a ") + name for name in names)


def _names_asked_for(reading: Reading) -> set[object]:
    """Give the names that the script asks for with ``hasattr`` or ``getattr`` before it uses them."""
    calls = [call for call in reading.calls() if isinstance(call.func, ast.Name) and call.func.id == "hasattr"]
    return {argument.value for call in calls for argument in call.args if isinstance(argument, ast.Constant)}


def _is_caught(node: ast.AST, *, reading: Reading) -> bool:
    around = reading.around(node, kind=ast.Try)
    return isinstance(around, ast.Try) and bool(around.handlers)


def unknown_pattern_fields(reading: Reading) -> Iterator[Problem]:
    """Find ``case cst.Call(function=…)``: a pattern that never matches."""
    for node in reading.nodes:
        kind = reading.api(node.cls) if isinstance(node, ast.MatchClass) else None
        if not isinstance(node, ast.MatchClass) or not api.is_node(kind) or not isinstance(kind, type):
            continue
        for name in node.kwd_attrs:
            if not api.has_attribute(kind, name):
                message = f"{kind.__name__} has no {name}{api.nearest(name, names=api.fields(kind))}"
                yield problem_at(node, "unknown-pattern-field", message + "; the pattern never matches")


def unknown_members(reading: Reading) -> Iterator[Problem]:
    """Find attributes that a class of LibCST does not have, and those of ``self.context`` and ``self.module``."""
    for node in reading.nodes:
        if not isinstance(node, ast.Attribute) or not isinstance(node.ctx, ast.Load):
            continue
        found = reading.api(node.value) or _of_self(node.value, reading=reading)
        if isinstance(found, type) and not node.attr.startswith("_") and not api.has_attribute(found, node.attr):
            message = f"{found.__name__} has no {node.attr}{api.nearest(node.attr, names=_members(found))}"
            yield problem_at(node, "unknown-member", message)


def _members(kind: type) -> list[str]:
    if issubclass(kind, enum.Enum):
        return list(kind.__members__)
    names = {*dir(kind), *getattr(kind, "__dataclass_fields__", {})}
    return [name for name in names if not name.startswith("_")]


def _of_self(node: ast.expr, *, reading: Reading) -> type | None:
    if not (isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "self"):
        return None
    owner = reading.class_of(node)
    if node.attr not in _OF_SELF or not owner or not owner.derives_from("libcst.codemod.Codemod"):
        return None
    found = api.lookup(_OF_SELF[node.attr])
    return found if isinstance(found, type) and node.attr not in set(_own_names(owner)) else None


def unknown_helpers(reading: Reading) -> Iterator[Problem]:
    """Find what a transform asks of itself that neither it nor what it derives from has."""
    stored = {
        node.attr for node in reading.nodes if isinstance(node, ast.Attribute) and not isinstance(node.ctx, ast.Load)
    }
    for node in reading.nodes:
        match node:
            case ast.Attribute(value=ast.Name(id="self"), attr=name, ctx=ast.Load()) if name not in stored:
                owner = reading.class_of(node)
                if owner is None or not owner.bases or not owner.is_known or name.startswith("_"):
                    continue
                names = {*_own_names(owner), *_inherited_names(owner)}
                if name not in names and not _is_base(owner, reading=reading):
                    message = f"{owner.node.name} has no {name}{api.nearest(name, names=names)}"
                    yield problem_at(node, "unknown-helper", message)
            case _:
                pass


def _is_base(owner: Class, *, reading: Reading) -> bool:
    return any(owner.node in other.family[1:] for other in reading.classes)


def _own_names(owner: Class) -> Iterator[str]:
    for member in owner.family:
        for statement in member.body:
            match statement:
                case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
                    yield name
                case ast.AnnAssign(target=ast.Name(id=name)):
                    yield name
                case ast.Assign(targets=targets):
                    yield from (
                        each.id for target in targets for each in ast.walk(target) if isinstance(each, ast.Name)
                    )
                case ast.If() | ast.Try() | ast.For() | ast.With():
                    yield from (each.id for each in ast.walk(statement) if isinstance(each, ast.Name))
                case _:
                    pass


def _inherited_names(owner: Class) -> Iterator[str]:
    """Give the attributes of the bases, with those that their ``__init__`` sets."""
    for base in owner.bases:
        yield from dir(base)
        for each in base.__mro__:
            code = getattr(vars(each).get("__init__"), "__code__", None)
            yield from code.co_names if inspect.iscode(code) else ()


def taken_names(reading: Reading) -> Iterator[Problem]:
    """Find what a transform sets on itself though LibCST or our base class keeps something else there."""
    for node in reading.nodes:
        match node:
            case ast.Attribute(value=ast.Name(id="self"), attr=name, ctx=ast.Store()) if not name.startswith("_"):
                owner = reading.class_of(node)
                bases = [base for base in owner.bases if hasattr(base, name) or name == "context"] if owner else []
                if bases and owner and owner.derives_from("libcst.codemod.Codemod"):
                    message = f"self.{name} is {bases[0].__name__}'s own; call yours something else"
                    yield problem_at(node, "taken-name", message)
            case _:
                pass


CHECKS = (unknown_attributes, taken_names, unknown_pattern_fields, unknown_members, unknown_helpers)
