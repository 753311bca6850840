# ruff: noqa: N802 - LibCST names its visitor methods
"""New code: what it means in its new place, and the style of the arguments that are added."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

import libcst as cst
import pytest

from autotransform.codemod import Transform
from autotransform.errors import ScriptError

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TypeAlias

    Apply: TypeAlias = Callable[..., Any]


def _replacing(new: str, **parts: str) -> type[Transform]:
    class Replace(Transform):
        """Replaces ``pick()``."""

        def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.BaseExpression:
            is_pick = isinstance(original_node.func, cst.Name) and original_node.func.value == "pick"
            return self.expression(new, **parts) if is_pick else updated_node

    return Replace


PLACES = [
    "pick() + 1",
    "not pick()",
    "pick() ** 2",
    "-pick()",
    "pick().a",
    "pick()[0]",
    "pick()(1)",
    "pick() if b else c",
    "a < pick() < c",
    "[pick(), *pick()]",
    "{pick(): pick(), **pick()}",
    "f(pick(), *pick(), k=pick(), **pick())",
    "x = pick()",
    "x: int = pick()",
    "x[pick()]",
    "x[pick():pick()]",
    "lambda: pick()",
    "lambda x=pick(): x",
    "[pick() for x in pick() if pick()]",
    "f'{pick()}'",
    "assert pick(), pick()",
    "for x in pick(): pass",
    "with pick() as y: pass",
    "async def f(): await pick()",
    "def f(): return pick()",
    "def f(): yield pick()",
    "@pick()\ndef f(): pass",
    "class C(pick()): pass",
    "(y := pick())",
    "raise pick() from pick()",
    "print(pick() and x or y)",
    "del x[pick()]",
    "x = pick(), 1",
    "x, y = pick()",
    "if pick(): pass",
    "while pick(): pass",
    "(pick())",
    "x += pick()",
    "def f(a: pick() = 1) -> pick(): ...",
]
NEW = [
    "a if b else c",
    "a or b",
    "not a",
    "a + b",
    "-a",
    "a ** b",
    "a < b",
    "lambda: a",
    "(a, b)",
    "a, b",
    "(a := b)",
    "(await a)",
    "await a",
    "1",
    "1.5",
    '"a" "b"',
    "x.y",
    "f(1)",
    "(yield)",
    "(i for i in j)",
]


@pytest.mark.parametrize("place", PLACES)
def test_a_replacement_means_the_same_in_any_place(apply: Apply, place: str) -> None:
    for new in NEW:
        wanted = place.replace("pick()", f"({new})")
        code = apply(_replacing(new), place).code

        assert ast.dump(ast.parse(code)) == ast.dump(ast.parse(wanted)), code


@pytest.mark.parametrize(
    ("place", "new", "after"),
    [
        ("x = pick()", "a or b", "x = a or b"),
        ("f(pick())", "a + b", "f(a + b)"),
        ("pick() + 1", "x.y", "x.y + 1"),
        ("return_ = [pick()]", "not a", "return_ = [not a]"),
        (
            "async def f(): g(pick(), *pick(), pick() + 1)",
            "await h()",
            "async def f(): g(await h(), *(await h()), (await h()) + 1)",
        ),
        ("async def f(): return [pick()], x[pick()]", "await h()", "async def f(): return [await h()], x[await h()]"),
        ("x = pick() + 1", "(a or b)", "x = (a or b) + 1"),
        ("def f(x: pick()) -> pick(): ...", "a | b", "def f(x: a | b) -> a | b: ..."),
    ],
)
def test_no_parentheses_where_none_are_needed(apply: Apply, place: str, new: str, after: str) -> None:
    assert apply(_replacing(new), place).code == after


def test_an_operator_that_changes_inside_an_operator_gets_parentheses(apply: Apply) -> None:
    class Plus(Transform):
        def leave_BinaryOperation(
            self, original_node: cst.BinaryOperation, updated_node: cst.BinaryOperation
        ) -> cst.BinaryOperation:
            is_percent = isinstance(original_node.operator, cst.Modulo)
            return updated_node.with_changes(operator=cst.Add()) if is_percent else updated_node

    assert apply(Plus, "x = a % b * c").code == "x = (a + b) * c"
    assert apply(Plus, "x = a * b * c").code == "x = a * b * c"


@pytest.mark.parametrize(
    ("template", "parts", "after"),
    [
        ("{a} * {b}", {"a": "x + y", "b": "z"}, "r = (x + y) * z"),
        ("f({a}, key={a})", {"a": "x if y else z"}, "r = f(x if y else z, key=x if y else z)"),
        ("{a}.method()", {"a": "1"}, "r = (1).method()"),
        ("{a}.method()", {"a": "x or y"}, "r = (x or y).method()"),
        ("not {a}", {"a": "x, y"}, "r = not (x, y)"),
        ("g(*{a})", {"a": "x or y"}, "r = g(*(x or y))"),
    ],
)
def test_parts_hold_together(apply: Apply, template: str, parts: dict[str, str], after: str) -> None:
    assert apply(_replacing(template, **parts), "r = pick()").code == after


@pytest.mark.parametrize(
    ("template", "parts", "message"),
    [
        ("{a} + {b}", {"a": "x"}, "no value for b"),
        ("{a}", {"a": "x", "b": "y"}, "no place for b"),
        ("{a} +", {"a": "x"}, "not an expression"),
        ("{a}", {"a": "x ="}, "not an expression"),
        ("x = 1", {}, "not an expression"),
    ],
)
def test_a_template_that_cannot_be_filled_is_refused(
    apply: Apply, template: str, parts: dict[str, str], message: str
) -> None:
    with pytest.raises(ScriptError, match=message):
        apply(_replacing(template, **parts), "r = pick()")


def test_a_statement_keeps_what_stands_around_the_one_it_replaces(apply: Apply) -> None:
    class Raise(Transform):
        def leave_SimpleStatementLine(
            self, original_node: cst.SimpleStatementLine, updated_node: cst.SimpleStatementLine
        ) -> cst.BaseStatement:
            if not isinstance(original_node.body[0], cst.Assert):
                return updated_node
            test = cst.ensure_type(updated_node.body[0], cst.Assert).test
            return self.statement("if not {test}: raise E", test=test, like=updated_node)

    class Return(Transform):
        def leave_SimpleStatementLine(
            self, original_node: cst.SimpleStatementLine, updated_node: cst.SimpleStatementLine
        ) -> cst.BaseStatement:
            del original_node
            return self.statement("g()", like=updated_node)

    assert apply(Raise, "x = 1\n\n# why\nassert a or b\n").code == "x = 1\n\n# why\nif not (a or b): raise E\n"
    assert apply(Return, "# why\nf()  # noqa\n").code == "# why\ng()  # noqa\n"
    with pytest.raises(ScriptError, match="not a statement"):
        apply(_stating("if"), "f()")


def _stating(template: str) -> type[Transform]:
    class State(Transform):
        def leave_SimpleStatementLine(
            self, original_node: cst.SimpleStatementLine, updated_node: cst.SimpleStatementLine
        ) -> cst.BaseStatement:
            del original_node, updated_node
            return self.statement(template)

    return State


class AddTimeout(Transform):
    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:
        del original_node
        if self.find_argument(updated_node, keyword="timeout") or self.may_hide_argument(updated_node):
            return updated_node
        return self.add_argument(updated_node, self.argument("5", keyword="timeout", like=updated_node))


class AddFirst(Transform):
    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:
        del original_node
        return self.add_argument(updated_node, self.argument("0"), position=0)


class AddPositional(Transform):
    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:
        del original_node
        return self.add_argument(updated_node, self.argument("0"))


class Remove(Transform):
    """Removes the second argument, or ``b=``."""

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:
        del original_node
        found = self.find_argument(updated_node, keyword="b", position=1)
        return self.remove_argument(updated_node, found) if found else updated_node


@pytest.mark.parametrize(
    ("transform", "before", "after"),
    [
        (AddTimeout, "f()", "f(timeout=5)"),
        (AddTimeout, "f(1)", "f(1, timeout=5)"),
        (AddTimeout, "f(1,)", "f(1, timeout=5,)"),
        (AddTimeout, "f(a = 1)", "f(a = 1, timeout=5)"),
        (AddTimeout, "f(timeout=3)", "f(timeout=3)"),
        (AddTimeout, "f(**k)", "f(**k)"),
        (AddTimeout, "f(x for x in y)", "f((x for x in y), timeout=5)"),
        (AddTimeout, "f(\n    1,\n    2,\n)", "f(\n    1,\n    2,\n    timeout=5,\n)"),
        (AddTimeout, "f(\n    1,  # one\n    2,  # two\n)", "f(\n    1,  # one\n    2,  # two\n    timeout=5,\n)"),
        (AddTimeout, "f(\n    1\n)", "f(\n    1,\n    timeout=5\n)"),
        (AddTimeout, "f(\n    1,\n)", "f(\n    1,\n    timeout=5,\n)"),
        (AddTimeout, "f(\n    1,\n    2  # two\n)", "f(\n    1,\n    2,  # two\n    timeout=5\n)"),
        (AddTimeout, "f(\n    2  # two\n    # end\n)", "f(\n    2,  # two\n    # end\n    timeout=5\n)"),
        (AddTimeout, "f(1, # one\n)", "f(1, timeout=5, # one\n)"),
        (AddTimeout, "f(1 # one\n)", "f(1, timeout=5 # one\n)"),
        (AddTimeout, "f(1, # one\n  2)", "f(1, # one\n  2,\n  timeout=5)"),
        (AddTimeout, "f(\n    # none\n)", "f(\n    # none\n    timeout=5,\n)"),
        (AddTimeout, "f(\n)", "f(timeout=5)"),
        (AddTimeout, "f( 1 )", "f( 1, timeout=5 )"),
        (AddTimeout, "f(1 , 2)", "f(1 , 2 , timeout=5)"),
        (AddFirst, "f(\n    # one\n    1,\n)", "f(\n    0,\n    # one\n    1,\n)"),
        (AddTimeout, "f(g, 1)", "f(g, 1, timeout=5)"),
        (AddFirst, "f(1)", "f(0, 1)"),
        (AddFirst, "f()", "f(0)"),
        (AddPositional, "f(a=1)", "f(0, a=1)"),
        (AddPositional, "f(1, **k)", "f(1, 0, **k)"),
        (Remove, "f(1, 2, 3)", "f(1, 3)"),
        (Remove, "f(1, 2)", "f(1)"),
        (Remove, "f(1, 2,)", "f(1,)"),
        (Remove, "f(a=1, b=2)", "f(a=1)"),
        (Remove, "f(b=2)", "f()"),
        (Remove, "f(\n    b=2,\n)", "f()"),
        (Remove, "f(\n    1,\n    2,\n)", "f(\n    1,\n)"),
        (Remove, "f(\n    1,  # one\n    2  # two\n)", "f(\n    1  # one\n)"),
        (Remove, "f(\n    1,  # one\n    2,  # two\n    3,  # three\n)", "f(\n    1,  # one\n    3,  # three\n)"),
        (Remove, "f(\n    1,\n    # these\n    2,\n    3,\n)", "f(\n    1,\n    # these\n    3,\n)"),
        (Remove, "f(\n    1,\n    # two\n    2,\n    # three\n    3,\n)", "f(\n    1,\n    # three\n    3,\n)"),
        (Remove, "f(1, 2,  # both\n  3)", "f(1,  # both\n  3)"),
        (Remove, "f(1,  # one\n  2)", "f(1  # one\n  )"),
        (Remove, "f( 1, 2 )", "f( 1 )"),
        (Remove, "f(*a, 2)", "f(*a, 2)"),
        (Remove, "f(1, *a)", "f(1, *a)"),
    ],
)
def test_arguments_follow_the_style_of_the_call(
    apply: Apply, transform: type[Transform], before: str, after: str
) -> None:
    assert apply(transform, before).code == after


def test_a_keyword_is_never_given_twice(apply: Apply) -> None:
    class Twice(Transform):
        def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:
            del original_node
            return self.add_argument(updated_node, self.argument("5", keyword="timeout"))

    class Like(Transform):
        def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:
            del original_node
            return updated_node.with_changes(args=[self.argument("5", keyword="timeout", like=updated_node)])

    for transform in (Twice, Like):
        with pytest.raises(ScriptError, match="timeout="):
            apply(transform, "f(timeout=3)")


def test_an_argument_of_another_call_is_not_removed(apply: Apply) -> None:
    class Other(Transform):
        def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:
            return self.remove_argument(updated_node, original_node.args[0])

    with pytest.raises(ScriptError, match="not one of this call"):
        apply(Other, "f(a.b)")
