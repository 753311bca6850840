"""What a condition tells of the values in it: guards such as ``isinstance(node.func, cst.Name)``."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from autotransform.script.checks import api
from autotransform.script.checks.methods import matched_kinds

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Resolve = Callable[[ast.expr], Any | None]

#: Path of a value, as ``node.func`` -> the classes that it is of.
Facts = dict[str, frozenset[type]]

_BUILTINS: dict[str, type] = {each.__name__: each for each in (str, int, bool, list, tuple, dict, set)}


def path_of(node: ast.expr) -> str:
    """Give the path of a value that stays what it is as long as its first name does; empty for others."""
    if isinstance(node, ast.NamedExpr):
        return node.target.id
    if isinstance(node, ast.Name):
        return "" if node.id == "self" else node.id
    if isinstance(node, ast.Attribute):
        value = path_of(node.value)
        return f"{value}.{node.attr}" if value else ""
    if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant | ast.UnaryOp):
        value = path_of(node.value)
        return f"{value}[{ast.unparse(node.slice)}]" if value else ""
    return ""


def facts_of(test: ast.expr, *, truth: bool, resolve: Resolve) -> Facts:
    """Tell what holds where a condition has come out true, or false."""
    match test:
        case ast.UnaryOp(op=ast.Not(), operand=operand):
            return facts_of(operand, truth=not truth, resolve=resolve)
        case ast.BoolOp(op=op, values=values):
            each = [facts_of(value, truth=truth, resolve=resolve) for value in values]
            return _all_of(each) if isinstance(op, ast.And) is truth else _any_of(each)
        case ast.Call(args=[subject, classes], func=ast.Name(id="isinstance")) if truth:
            return _fact(subject, kinds=classes_of(classes, resolve=resolve))
        case ast.Call(args=[subject, matcher, *_]) if truth and resolve(test.func) is not None:
            if resolve(test.func) is api.lookup("libcst.matchers.matches"):
                return _fact(subject, kinds=matched_kinds(matcher, resolve=resolve))
        case _:
            pass
    return {}


def classes_of(node: ast.expr, *, resolve: Resolve) -> frozenset[type]:
    """Give the classes that the second argument of ``isinstance`` names; empty where one is unknown."""
    if isinstance(node, ast.Tuple):
        each = [classes_of(element, resolve=resolve) for element in node.elts]
        return frozenset().union(*each) if each and all(each) else frozenset()
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.BitOr):
        left, right = classes_of(node.left, resolve=resolve), classes_of(node.right, resolve=resolve)
        return left | right if left and right else frozenset()
    found = resolve(node) or (_BUILTINS.get(node.id) if isinstance(node, ast.Name) else None)
    return api.concrete(found) if isinstance(found, type) else frozenset()


def usable(facts: Facts, *, region: Sequence[ast.AST]) -> Facts:
    """Drop what is said of names that are bound again in a region of the script."""
    if not facts:
        return facts
    bound = {
        node.id
        for each in region
        for node in ast.walk(each)
        if isinstance(node, ast.Name) and not isinstance(node.ctx, ast.Load)
    }
    return {path: kinds for path, kinds in facts.items() if _root(path) not in bound}


def leaves_early(statements: Sequence[ast.stmt]) -> bool:
    """Whether what stands after the statements is never reached through them."""
    last = statements[-1] if statements else None
    if isinstance(last, ast.If):
        return leaves_early(last.body) and leaves_early(last.orelse)
    return isinstance(last, ast.Return | ast.Raise | ast.Continue | ast.Break)


def _root(path: str) -> str:
    return path.partition(".")[0].partition("[")[0]


def _fact(subject: ast.expr, *, kinds: frozenset[type]) -> Facts:
    path = path_of(subject)
    return {path: kinds} if path and kinds else {}


def _all_of(each: Sequence[Facts]) -> Facts:
    merged: Facts = {}
    for facts in each:
        for path, kinds in facts.items():
            merged[path] = (merged[path] & kinds) or kinds if path in merged else kinds
    return merged


def _any_of(each: Sequence[Facts]) -> Facts:
    shared = set(each[0]).intersection(*each[1:])
    return {path: frozenset().union(*(facts[path] for facts in each)) for path in shared}
