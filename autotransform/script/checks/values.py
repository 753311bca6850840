"""What is known of one expression: the rules, one for each form."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING, Any

from autotransform.script.checks import api
from autotransform.script.checks.facts import Facts, path_of
from autotransform.script.checks.kinds import NOTHING, Kind, Known
from autotransform.script.checks.methods import matched_kinds

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from autotransform.script.checks.bindings import Binding, Bindings

    Resolve = Callable[[ast.expr], Any | None]

#: Functions of LibCST -> class of what they give.
_MAKERS = {
    "libcst.RemoveFromParent": "libcst.RemovalSentinel",
    "libcst.parse_expression": "libcst.BaseExpression",
    "libcst.parse_module": "libcst.Module",
    "libcst.parse_statement": "libcst.BaseStatement",
    "libcst.helpers.parse_template_expression": "libcst.BaseExpression",
    "libcst.helpers.parse_template_statement": "libcst.BaseStatement",
}
#: Methods of `Transform` -> class of what they give.
_HELPERS = {
    "argument": "libcst.Arg",
    "add_argument": "libcst.Call",
    "add_parameter": "libcst.FunctionDef",
    "expression": "libcst.BaseExpression",
    "make_keyword_only": "libcst.FunctionDef",
    "remove_argument": "libcst.Call",
    "remove_parameter": "libcst.FunctionDef",
    "statement": "libcst.BaseStatement",
}
_COPIES = frozenset({"list", "tuple", "reversed", "sorted"})


class Values:
    """What is known of the expressions of one function."""

    def __init__(self, bindings: Bindings, *, resolve: Resolve, known: dict[ast.expr, Known]) -> None:
        self.bindings = bindings
        self.resolve = resolve
        self.known = known
        self.names: dict[str, Known] = {}

    def note(self, node: ast.expr, facts: Facts) -> None:
        """Remember what is known of an expression where certain facts hold."""
        self.known[node] = self.of(node, facts)

    def of(self, node: ast.expr, facts: Facts) -> Known:
        """Tell what is known of an expression where certain facts hold."""
        found = self.unguarded(node, facts)
        fact = facts.get(path_of(node)) if facts else None
        if fact is None:
            return found
        possible = (found.kind.one & fact) if found.kind else fact
        return Known(kind=Kind(one=possible), origin=found.origin) if possible else NOTHING

    def unguarded(self, node: ast.expr, facts: Facts) -> Known:  # noqa: PLR0911 - one row for each form
        """Tell what is known of an expression, whatever guards it."""
        match node:
            case ast.Name(id=name):
                return self.name(name)
            case ast.Attribute(value=value, attr=name):
                return _field(self.of(value, facts), name=name)
            case ast.Subscript(value=value, slice=index):
                return _element(self.of(value, facts), is_slice=isinstance(index, ast.Slice))
            case ast.NamedExpr(value=value):
                return self.of(value, facts)
            case ast.IfExp(body=body, orelse=orelse):
                return either([self.noted(body, facts), self.noted(orelse, facts)])
            case ast.BoolOp(values=values):
                return either([self.noted(each, facts) for each in values])
            case ast.Constant(value=value):
                return Known(kind=Kind(one=frozenset({type(value)})))
            case ast.JoinedStr():
                return Known(kind=Kind(one=frozenset({str})))
            case ast.Call():
                return self.call(node, facts)
            case _:
                pass
        return NOTHING

    def noted(self, node: ast.expr, facts: Facts) -> Known:
        """Tell what was remembered of an expression where it stands, or what is known of it here."""
        return self.known.get(node) or self.of(node, facts)

    def name(self, name: str) -> Known:
        """Tell what is known of a name: what holds of all that it is bound to."""
        if name not in self.names:
            self.names[name] = NOTHING  # where a name is bound to something made of itself
            bindings = self.bindings.get(name)
            self.names[name] = either([self.binding(each) for each in bindings]) if bindings else NOTHING
        return self.names[name]

    def binding(self, binding: Binding) -> Known:
        """Tell what is known of one thing that a name is bound to."""
        if binding.source is None:
            return binding.known
        found = self.noted(binding.source, {})
        return found if binding.how == "value" else _element(found, is_slice=False)

    def call(self, node: ast.Call, facts: Facts) -> Known:
        """Tell what a call gives."""
        called = self.resolve(node.func)
        if called is not None:
            return self.call_of_api(called, node, facts)
        match node.func:
            case ast.Attribute(value=ast.Name(id="self"), attr=name) if name in _HELPERS:
                return _made(_HELPERS[name])
            case ast.Attribute(value=value, attr="with_changes" | "with_deep_changes" | "deep_clone"):
                return Known(kind=self.of(value, facts).kind, origin="made")
            case ast.Name(id=name) if name in _COPIES and node.args and name not in self.bindings:
                copied = self.of(node.args[0], facts)
                if copied.kind and copied.kind.many:
                    kind = Kind(one=frozenset({tuple if name == "tuple" else list}), many=copied.kind.many)
                    return Known(kind=kind, origin=copied.origin)
            case _:
                pass
        return NOTHING

    def call_of_api(self, called: Any, node: ast.Call, facts: Facts) -> Known:
        """Tell what a call of LibCST gives."""
        if api.is_node(called):
            return Known(kind=Kind(one=frozenset({called})), origin="made")
        if api.is_matcher(called) or called is api.lookup("libcst.FlattenSentinel"):
            return Known(kind=Kind(one=frozenset({called})))
        for maker, kind in _MAKERS.items():
            if called is api.lookup(maker):
                return _made(kind)
        if called is api.lookup("libcst.ensure_type") and len(node.args) == 2:  # noqa: PLR2004 - value and class
            wanted = self.resolve(node.args[1])
            origin = self.of(node.args[0], facts).origin
            return Known(kind=Kind(one=api.concrete(wanted)), origin=origin) if isinstance(wanted, type) else NOTHING
        if called is api.lookup("libcst.matchers.findall") and len(node.args) > 1:
            kinds = matched_kinds(node.args[1], resolve=self.resolve)
            origin = self.of(node.args[0], facts).origin
            return Known(kind=Kind(one=frozenset({list}), many=kinds) if kinds else None, origin=origin)
        return NOTHING


def _made(kind: str) -> Known:
    return Known(kind=Kind(one=api.concrete(api.lookup(kind))), origin="made")


def _field(value: Known, *, name: str) -> Known:
    origin = value.origin if value.origin in {"original", "updated"} else ""
    if value.kind is None or value.kind.many:
        return Known(origin=origin) if origin and value.kind is None else NOTHING
    holders = [each for each in value.kind.one if api.has_attribute(each, name)]
    if not holders or not all(api.is_node(each) and name in api.fields(each) for each in holders):
        return NOTHING
    return Known(kind=api.merged(api.fields(each)[name] for each in holders), origin=origin)


def _element(value: Known, *, is_slice: bool) -> Known:
    if is_slice or value.kind is None:
        return value if is_slice else Known(origin=value.origin)
    return Known(kind=Kind(one=value.kind.many) if value.kind.many else None, origin=value.origin)


def either(each: Iterable[Known]) -> Known:
    """Tell what is known of a value that is one of several."""
    found = list(each)
    origins = {known.origin for known in found}
    origin = origins.pop() if len(origins) == 1 else ""
    kind = api.merged(known.kind for known in found)
    return Known(kind=kind, origin=origin) if kind or origin else NOTHING
