"""Whether the functions of LibCST and of the transform itself are called with what they take."""

from __future__ import annotations

import ast
import enum
import inspect
from typing import TYPE_CHECKING

from autotransform.script.checks import api
from autotransform.script.model import problem_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from autotransform.script.checks.reading import Class, Reading
    from autotransform.script.model import Problem


def calls_of_api(reading: Reading) -> Iterator[Problem]:
    """Find calls of LibCST's functions with arguments that they do not take."""
    for call in reading.calls():
        called = reading.api(call.func)
        if called is None or not callable(called) or api.is_node(called) or _is_peculiar(called):
            continue
        signature = api.signature(called)
        if signature is None:
            continue
        name = ast.unparse(call.func)
        first = next(iter(signature.parameters), "")
        if first == "context" and call.args and _is_text(call.args[0]):
            message = f"{name} takes the context first; write {name}(self.context, …)"
            yield problem_at(call, "context-first", message)
        elif fault := _fault(call, signature=signature):
            yield problem_at(call, "call-arguments", f"{name}: {fault}")


def _is_peculiar(called: object) -> bool:
    """Whether the signature that Python tells of a class says nothing of how it is called."""
    if not isinstance(called, type):
        return False
    return issubclass(called, enum.Enum) or api.is_matcher(called) or "__new__" in vars(called)


def _is_text(node: ast.expr) -> bool:
    return isinstance(node, ast.JoinedStr) or (isinstance(node, ast.Constant) and isinstance(node.value, str))


def calls_of_self(reading: Reading) -> Iterator[Problem]:
    """Find calls of a transform's own methods, and of those that it gets from `Transform`, that do not fit."""
    for call in reading.calls():
        match call.func:
            case ast.Attribute(value=ast.Name(id="self"), attr=name):
                owner = reading.class_of(call)
                signature = _signature(name, owner=owner) if owner and owner.is_known else None
                if signature and (fault := _fault(call, signature=signature)):
                    yield problem_at(call, "call-arguments", f"self.{name}: {fault}")
            case _:
                pass


def _signature(name: str, *, owner: Class) -> inspect.Signature | None:
    """Give the parameters of a method after ``self``; ``None`` where they cannot be told."""
    own = [method.node for method in owner.all_methods if method.node.name == name]
    if own:
        plain = not own[0].decorator_list and len(own[0].args.posonlyargs + own[0].args.args) > 0
        return _without_first(_of_definition(own[0])) if plain else None
    if any(_stores(node, name=name) for each in owner.family for node in ast.walk(each)):
        return None
    found = next((vars(base)[name] for each in owner.bases for base in each.__mro__ if name in vars(base)), None)
    signature = api.signature(found) if inspect.isfunction(found) else None
    return _without_first(signature) if signature else None


def _stores(node: ast.AST, *, name: str) -> bool:
    return isinstance(node, ast.Attribute) and node.attr == name and not isinstance(node.ctx, ast.Load)


def _of_definition(node: ast.FunctionDef) -> inspect.Signature:
    arguments, kinds = node.args, inspect.Parameter
    listed = [*arguments.posonlyargs, *arguments.args]
    first_default = len(listed) - len(arguments.defaults)
    found = [
        inspect.Parameter(
            each.arg,
            kinds.POSITIONAL_ONLY if each in arguments.posonlyargs else kinds.POSITIONAL_OR_KEYWORD,
            default=None if index >= first_default else kinds.empty,
        )
        for index, each in enumerate(listed)
    ]
    if arguments.vararg:
        found.append(inspect.Parameter(arguments.vararg.arg, kinds.VAR_POSITIONAL))
    for each, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True):
        shown = None if default is not None else kinds.empty
        found.append(inspect.Parameter(each.arg, kinds.KEYWORD_ONLY, default=shown))
    if arguments.kwarg:
        found.append(inspect.Parameter(arguments.kwarg.arg, kinds.VAR_KEYWORD))
    return inspect.Signature(found)


def _without_first(signature: inspect.Signature) -> inspect.Signature:
    return signature.replace(parameters=list(signature.parameters.values())[1:])


def _fault(call: ast.Call, *, signature: inspect.Signature) -> str:
    """Say why a call does not fit; empty where it does, or where it passes more than can be seen."""
    if any(isinstance(each, ast.Starred) for each in call.args) or any(each.arg is None for each in call.keywords):
        return ""
    keywords = {keyword.arg: None for keyword in call.keywords if keyword.arg}
    try:
        signature.bind(*[None] * len(call.args), **keywords)
    except TypeError as error:
        unknown = [name for name in keywords if name not in signature.parameters]
        near = api.nearest(unknown[0], names=signature.parameters) if unknown else ""
        return f"{error}{near}"
    return ""


CHECKS = (calls_of_api, calls_of_self)
