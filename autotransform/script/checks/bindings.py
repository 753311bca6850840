"""What the names of one function are bound to."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from autotransform.script.checks.facts import classes_of
from autotransform.script.checks.kinds import NOTHING, Kind, Known, Origin

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from autotransform.script.checks.methods import Method

    Resolve = Callable[[ast.expr], Any | None]

_Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True, slots=True, kw_only=True)
class Binding:
    """One thing that a name is bound to."""

    #: What is known without looking at an expression.
    known: Known = NOTHING
    #: The expression whose value it is, or of whose value it is an element.
    source: ast.expr | None = None
    how: Literal["value", "element"] = "value"


Bindings = dict[str, list[Binding]]
_UNKNOWN = Binding()


def read_bindings(unit: _Function, *, method: Method | None, passed: Mapping[str, Known], resolve: Resolve) -> Bindings:
    """Tell what each name of a function is bound to, functions inside of it included."""
    found: Bindings = {}
    for name, binding in _of_parameters(unit, method=method, passed=passed):
        found.setdefault(name, []).append(binding)
    for node in ast.walk(unit):
        for name, binding in _bindings_of(node, unit=unit, resolve=resolve):
            found.setdefault(name, []).append(binding)
    return found


def _of_parameters(
    unit: _Function, *, method: Method | None, passed: Mapping[str, Known]
) -> Iterator[tuple[str, Binding]]:
    called = method.parameters if method and method.phase else ()
    origins: tuple[Origin, ...] = ("original", "updated")
    for name, origin in zip(called, origins, strict=False):
        kind = Kind(one=method.kinds) if method and method.kinds else None
        yield name, Binding(known=Known(kind=kind, origin=origin))
    for argument in _arguments(unit.args):
        if argument.arg not in called[: len(origins)]:
            yield argument.arg, Binding(known=passed.get(argument.arg, NOTHING))


def _arguments(arguments: ast.arguments) -> list[ast.arg]:
    stars = [each for each in (arguments.vararg, arguments.kwarg) if each]
    return [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs, *stars]


def _bindings_of(node: ast.AST, *, unit: _Function, resolve: Resolve) -> Iterator[tuple[str, Binding]]:  # noqa: C901, PLR0912 - one row for each form
    match node:
        case ast.Assign(targets=targets, value=value):
            for target in targets:
                yield from _of_target(target, value=value, how="value")
        case ast.AnnAssign(target=target, value=ast.expr() as value) | ast.NamedExpr(target=target, value=value):
            yield from _of_target(target, value=value, how="value")
        case ast.For(target=target, iter=iterable) | ast.comprehension(target=target, iter=iterable):
            yield from _of_target(target, value=iterable, how="element")
        case ast.AugAssign(target=ast.Name(id=name)) | ast.ExceptHandler(name=str(name)):
            yield name, _UNKNOWN
        case ast.withitem(optional_vars=ast.expr() as target):
            yield from _of_target(target, value=None, how="value")
        case ast.MatchAs(name=str(name), pattern=pattern):
            kinds = classes_of(pattern.cls, resolve=resolve) if isinstance(pattern, ast.MatchClass) else None
            yield name, Binding(known=Known(kind=Kind(one=kinds))) if kinds else _UNKNOWN
        case ast.MatchStar(name=str(name)) | ast.MatchMapping(rest=str(name)):
            yield name, _UNKNOWN
        case ast.FunctionDef() | ast.AsyncFunctionDef() | ast.Lambda() if node is not unit:
            yield from ((each.arg, _UNKNOWN) for each in _arguments(node.args))
            if not isinstance(node, ast.Lambda):
                yield node.name, _UNKNOWN
        case ast.ClassDef(name=name) | ast.Delete(targets=[ast.Name(id=name)]):
            yield name, _UNKNOWN
        case ast.Import() | ast.ImportFrom():
            yield from ((alias.asname or alias.name.partition(".")[0], _UNKNOWN) for alias in node.names)
        case _:
            pass


def _of_target(
    target: ast.expr, *, value: ast.expr | None, how: Literal["value", "element"]
) -> Iterator[tuple[str, Binding]]:
    match target, value:
        case ast.Name(id=name), _:
            yield name, Binding(source=value, how=how)
        case ast.Tuple(elts=[counter, each]), ast.Call(func=ast.Name(id="enumerate"), args=[iterable, *_]) if (
            how == "element"
        ):
            yield from _of_target(counter, value=None, how="value")
            yield from _of_target(each, value=iterable, how="element")
        case ((ast.Tuple(elts=names) | ast.List(elts=names)), (ast.Tuple(elts=parts) | ast.List(elts=parts))) if (
            how == "value" and len(names) == len(parts) and not any(isinstance(each, ast.Starred) for each in names)
        ):
            for element, part in zip(names, parts, strict=True):
                yield from _of_target(element, value=part, how="value")
        case _:
            for node in ast.walk(target):
                if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load):
                    yield node.id, _UNKNOWN
