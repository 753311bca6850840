"""The methods of a script's classes: which of them LibCST calls, when, and with what nodes."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from autotransform.script.checks import api

if TYPE_CHECKING:
    from collections.abc import Callable

    Resolve = Callable[[ast.expr], Any | None]

_NAME = re.compile(r"(?P<phase>visit|leave)_(?P<node>[A-Za-z]+)(?:_(?P<attribute>\w+))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Method:
    """A method, and when LibCST calls it."""

    node: ast.FunctionDef
    phase: Literal["visit", "leave", ""]
    #: The classes of the nodes that it is called with; empty where it is not called by LibCST.
    kinds: frozenset[type] = frozenset()
    #: ``visit_Call_args`` is called before and after one attribute of a node.
    attribute: str = ""
    #: Whether a decorator says when it is called, with a matcher.
    is_matched: bool = False

    @property
    def replaces(self) -> bool:
        """Whether what it returns takes the place of the node, in a transformer."""
        return self.phase == "leave" and not self.attribute

    @property
    def may_keep_out(self) -> bool:
        """Whether it is a ``visit_…`` that may keep LibCST out of a node: original and updated are then the same."""
        returned = [node.value for node in ast.walk(self.node) if isinstance(node, ast.Return) and node.value]
        return self.phase == "visit" and not all(
            isinstance(value, ast.Constant) and value.value is not False for value in returned
        )

    @property
    def parameters(self) -> tuple[str, ...]:
        """Names of its parameters that are passed by position, after ``self``."""
        arguments = self.node.args
        return tuple(each.arg for each in [*arguments.posonlyargs, *arguments.args])[1:]


def read_method(node: ast.FunctionDef, *, resolve: Resolve) -> Method:
    """Tell when LibCST calls a method of a visitor."""
    for decorator in node.decorator_list:
        if isinstance(decorator, ast.Call) and (phase := matcher_phase(decorator, resolve=resolve)):
            kinds = matched_kinds(decorator.args[0], resolve=resolve) if decorator.args else frozenset[type]()
            return Method(node=node, phase=phase, kinds=kinds, is_matched=True)
        if isinstance(decorator, ast.Name) and decorator.id in {"staticmethod", "classmethod", "property"}:
            return Method(node=node, phase="")
    found = _NAME.fullmatch(node.name)
    kind = api.lookup(f"libcst.{found['node']}") if found else None
    if not (found and api.is_node(kind) and node.name in api.visitor_methods()):
        return Method(node=node, phase="")
    phase = "visit" if found["phase"] == "visit" else "leave"
    return Method(node=node, phase=phase, kinds=api.concrete(kind), attribute=found["attribute"] or "")


def matcher_phase(decorator: ast.Call, *, resolve: Resolve) -> Literal["visit", "leave", ""]:
    """Tell whether a decorator is ``m.visit(…)`` or ``m.leave(…)``."""
    found = resolve(decorator.func)
    if found is None:
        return ""
    if found is api.lookup("libcst.matchers.visit"):
        return "visit"
    return "leave" if found is api.lookup("libcst.matchers.leave") else ""


def matched_kinds(matcher: ast.expr, *, resolve: Resolve) -> frozenset[type]:
    """Give the classes of nodes that a matcher can match; empty where that cannot be told."""
    if isinstance(matcher, ast.BinOp) and isinstance(matcher.op, ast.BitOr):
        left, right = matched_kinds(matcher.left, resolve=resolve), matched_kinds(matcher.right, resolve=resolve)
        return left | right if left and right else frozenset()
    if not isinstance(matcher, ast.Call):
        return frozenset()
    called = resolve(matcher.func)
    if called is not None and called is api.lookup("libcst.matchers.OneOf"):
        options = [matched_kinds(each, resolve=resolve) for each in matcher.args]
        return frozenset().union(*options) if options and all(options) else frozenset()
    node = api.node_of(called) if api.is_matcher(called) else None
    return api.concrete(node) if node else frozenset()
