"""Transforms that go by how a name is spelled, and never ask what it stands for."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from autotransform.script.checks import api
from autotransform.script.model import problem_at

if TYPE_CHECKING:
    from collections.abc import Iterator

    from autotransform.script.checks.reading import Class, Reading
    from autotransform.script.model import Problem

#: Whatever a script asks for what a name stands for.
_ANSWERS = frozenset(
    {
        "FullyQualifiedNameProvider",
        "QualifiedNameProvider",
        "ScopeProvider",
        "get_qualified_names_for",
        "is_member",
        "may_refer_to",
        "move_imports",
        "move_reference",
        "qualified",
        "refers_to",
        "rename",
        "rename_member",
    }
)
#: Names that nobody gives another meaning.
_FIXED = frozenset({"classmethod", "cls", "property", "self", "staticmethod", "super"})
#: Places of names that refer to something: node around, its field.
_REFERENCES = {
    "Annotation": "annotation",
    "Attribute": "value",
    "Call": "func",
    "Decorator": "decorator",
    "Subscript": "value",
}


def names_by_spelling(reading: Reading) -> Iterator[Problem]:
    """Find names that are told by their spelling alone, in scripts that never ask what a name stands for."""
    asked = any(_asks(node) for node in reading.nodes)
    if asked or not all(each.is_known for each in reading.classes):
        return
    for owner, text, node in [*_matched(reading), *_compared(reading)]:
        is_ours = owner is not None and owner.derives_from("autotransform.codemod.Transform")
        mend = f'self.refers_to(original_node…, "module.{text}")' if is_ours else "QualifiedNameProvider"
        message = f"a parameter or variable called {text} matches as well; ask {mend}"
        yield problem_at(node, "name-by-spelling", message)


def _asks(node: ast.AST) -> bool:
    if isinstance(node, ast.Name):
        return node.id in _ANSWERS
    return isinstance(node, ast.Attribute) and (node.attr in _ANSWERS or ast.unparse(node) == "self.names")


_Found = tuple["Class | None", str, ast.AST]


def _matched(reading: Reading) -> Iterator[_Found]:
    """Find ``m.Call(func=m.Name("text"))`` and ``m.matches(node.func, m.Name("text"))``."""
    for call in reading.calls():
        matcher = reading.api(call.func)
        if api.is_matcher(matcher) and matcher.__name__ in _REFERENCES:
            given = [] if _is_in_import(call, reading=reading) else _of_field(call, matcher=matcher)
        elif matcher is api.lookup("libcst.matchers.matches") and len(call.args) > 1:
            given = [call.args[1]] if _is_reference(call.args[0], reading=reading) else []
        else:
            continue
        for value in given:
            yield from ((reading.class_of(call), text, call) for text in _names(value, reading=reading))


def _of_field(call: ast.Call, *, matcher: type) -> list[ast.expr]:
    """Give what a matcher asks of the field that refers to something."""
    field = _REFERENCES[matcher.__name__]
    position = list(getattr(matcher, "__dataclass_fields__", {})).index(field)
    return [*call.args[position : position + 1], *(each.value for each in call.keywords if each.arg == field)]


def _is_in_import(node: ast.AST, *, reading: Reading) -> bool:
    """Whether a matcher is part of one for an import, where a dotted name is no reference."""
    imports = [api.lookup(f"libcst.matchers.{name}") for name in ("ImportAlias", "ImportFrom")]
    around = reading.all_around(node, kind=ast.Call)
    return any(isinstance(each, ast.Call) and reading.api(each.func) in imports for each in around)


def _names(matcher: ast.expr, *, reading: Reading) -> list[str]:
    """Give the texts of the names that a matcher matches, if it names them."""
    if isinstance(matcher, ast.BinOp):
        return [*_names(matcher.left, reading=reading), *_names(matcher.right, reading=reading)]
    if not isinstance(matcher, ast.Call):
        return []
    called = reading.api(matcher.func)
    if called is not None and called is api.lookup("libcst.matchers.OneOf"):
        return [text for option in matcher.args for text in _names(option, reading=reading)]
    if called is None or called is not api.lookup("libcst.matchers.Name"):
        return []
    given = [*matcher.args[:1], *(each.value for each in matcher.keywords if each.arg == "value")]
    return _texts(given[0]) if given else []


def _compared(reading: Reading) -> Iterator[_Found]:
    """Find ``node.func.value == "text"`` and ``get_full_name_for_node(node) == "text"``."""
    for node in reading.nodes:
        if not isinstance(node, ast.Compare) or not isinstance(node.ops[0], ast.Eq | ast.NotEq | ast.In | ast.NotIn):
            continue
        match node.left:
            case ast.Attribute(value=value, attr="value"):
                is_name = _is_reference(value, reading=reading)
            case ast.Call(func=func):
                is_name = reading.api(func) in _full_names()
            case _:
                is_name = False
        if is_name:
            yield from ((reading.class_of(node), text, node) for text in _texts(node.comparators[0]))


def _full_names() -> list[object]:
    return [
        api.lookup(f"libcst.helpers.{name}") for name in ("get_full_name_for_node", "get_full_name_for_node_or_raise")
    ]


def _is_reference(node: ast.expr, *, reading: Reading) -> bool:
    """Whether an expression is the name in a call, an attribute or the like, or the node of ``leave_Name``."""
    if isinstance(node, ast.Attribute):
        kind = reading.known(node.value).kind
        around = {each.__name__ for each in kind.one} if kind else set()
        return bool(around) and all(_REFERENCES.get(name) == node.attr for name in around)
    known = reading.known(node)
    return known.origin in {"original", "updated"} and isinstance(node, ast.Name) and _is_of_name(node, reading=reading)


def _is_of_name(node: ast.Name, *, reading: Reading) -> bool:
    """Whether a name is a parameter of ``visit_Name`` or ``leave_Name``."""
    around = reading.around(node, kind=ast.FunctionDef)
    owner = reading.class_of(node)
    methods = [method for method in owner.methods if method.node is around] if owner else []
    kind = api.lookup("libcst.Name")
    return any(node.id in method.parameters and method.kinds == {kind} and not method.attribute for method in methods)


def _texts(node: ast.expr) -> list[str]:
    """Give the literal texts in an expression that speak of a name."""
    each = node.elts if isinstance(node, ast.Tuple | ast.List | ast.Set) else [node]
    texts = [part.value for part in each if isinstance(part, ast.Constant)]
    return [text for text in texts if isinstance(text, str) and text.isidentifier() and text not in _FIXED][:1]


CHECKS = (names_by_spelling,)
