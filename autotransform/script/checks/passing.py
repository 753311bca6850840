"""What the functions of a script are called with, told from all of their calls."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from autotransform.script.checks.kinds import NOTHING, Known
from autotransform.script.checks.values import either

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

#: Function of the script -> parameter -> what is known of it.
Passed = dict[ast.AST, dict[str, Known]]


def passed_values(
    tree: ast.Module, *, called_by_libcst: frozenset[ast.AST], values: Mapping[ast.expr, Known]
) -> Passed:
    """Tell what is known of the parameters of functions all of whose calls are seen.

    What annotations say is not believed: they may be wrong, and the script right all the same.
    """
    functions = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    names = [node.name for node in functions]
    calls = _calls(tree)
    passed: Passed = {}
    for function in functions:
        if names.count(function.name) > 1 or function in called_by_libcst or function.decorator_list:
            continue
        if found := calls.get(function.name):
            passed[function] = _parameters(function, calls=found, values=values)
    return passed


def _calls(tree: ast.Module) -> dict[str, list[ast.Call]]:
    """Give the calls of each function by its name, if nothing but calls names it."""
    found: dict[str, list[ast.Call]] = {}
    named = {id(node.func): node for node in ast.walk(tree) if isinstance(node, ast.Call)}
    lost: set[object] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant):
            lost.add(node.value if isinstance(node.value, str) else None)
        name = node.attr if isinstance(node, ast.Attribute) else node.id if isinstance(node, ast.Name) else ""
        if name and id(node) in named:
            found.setdefault(name, []).append(named[id(node)])
        elif name:
            lost.add(name)
    return {name: calls for name, calls in found.items() if name not in lost}


def _parameters(
    function: ast.FunctionDef, *, calls: Sequence[ast.Call], values: Mapping[ast.expr, Known]
) -> dict[str, Known]:
    names = [each.arg for each in [*function.args.posonlyargs, *function.args.args]]
    if names[:1] == ["self"]:
        names = names[1:]
    found: dict[str, list[Known]] = {name: [] for name in names}
    for call in calls:
        if any(isinstance(each, ast.Starred) for each in call.args) or any(each.arg is None for each in call.keywords):
            return {}
        given = dict(zip(names, call.args, strict=False))
        given |= {each.arg: each.value for each in call.keywords if each.arg}
        for name in names:
            found[name].append(values.get(given[name], NOTHING) if name in given else NOTHING)
    return {name: either(each) for name, each in found.items()}
