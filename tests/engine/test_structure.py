"""The look at new statements alone finds what the look at the whole finds."""

from __future__ import annotations

import ast
import random
from collections import Counter
from typing import TYPE_CHECKING

import libcst as cst
import pytest

from autotransform.engine.structure import find_misreading, is_plainly_right
from autotransform.tree.walk import descendants
from tests.installed import installed

if TYPE_CHECKING:
    from collections.abc import Callable

    from libcst._nodes.internal import CodegenState

#: Where `pick` stands, for each kind of statement that may be around it.
AROUND = {
    "top": "a = 1\nx = pick\nb = 2\n",
    "first": "x = pick\nb = 2\n",
    "last": "a = 1\nx = pick\n",
    "function": "def f():\n    a\n    x = pick\n    b\nc = 1\n",
    "method": "class A:\n    a = 1\n    def f(self):\n        a\n        return pick\n    b = 2\n",
    "if": "if a:\n    x = pick\nelif b:\n    c\nelse:\n    d\n",
    "elif": "if a:\n    b\nelif pick:\n    c\nelse:\n    d\n",
    "below elif": "if a:\n    b\nelif c:\n    d\n    x = pick\nelse:\n    e\n",
    "else": "if a:\n    b\nelse:\n    c\n    x = pick\n",
    "else of a loop": "for a in b:\n    c\nelse:\n    x = pick\n    d\n",
    "else of a while": "while a:\n    c\nelse:\n    x = pick\n    d\n",
    "try": "try:\n    x = pick\n    a\nexcept b:\n    c\nelse:\n    d\nfinally:\n    e\n",
    "except": "try:\n    a\nexcept b:\n    c\n    x = pick\nexcept d:\n    e\n",
    "type of except": "try:\n    a\nexcept pick:\n    c\nfinally:\n    e\n",
    "except star": "try:\n    a\nexcept* b:\n    c\n    x = pick\n",
    "else of try": "try:\n    a\nexcept b:\n    c\nelse:\n    d\n    x = pick\n",
    "finally": "try:\n    a\nfinally:\n    x = pick\n    b\n",
    "with": "with a as b:\n    c\n    x = pick\nd\n",
    "header of with": "with pick as b:\n    c\n    d\n",
    "async": "async def f():\n    async with a:\n        b\n        x = pick\n    async for c in d:\n        e\n",
    "decorator": "@a\n@pick\ndef f():\n    b\n",
    "default": "def f(a, b=pick):\n    c\n    d\n",
    "base": "class A(B, c=pick):\n    d\n    e\n",
    "match": "match a:\n    case 1:\n        b\n        x = pick\n    case _:\n        c\n",
    "guard": "match a:\n    case 1 if pick:\n        b\n    case _:\n        c\n",
    "suite": "if a: b; x = pick\nelse: c\n",
    "semicolon": "a; x = pick; b\nc\n",
    "nested": "def f():\n  if a:\n    for b in c:\n      with d:\n        x = pick\n      e\n  g\n",
    "returns": "a = 1\r\nif b:\r\n    x = pick\r\n    c\r\n",
    "continued": "a = 1 + \\\n    2\nx = pick\nb = 3 + \\\n    4\n",
    "open end": "a = 1\nx = pick",
}

TERNARY = "a if b else c"


def changed(module: cst.Module, make: Callable[[cst.CSTNode], cst.CSTNode]) -> cst.Module:
    """Change what `make` changes, and let everything else be the same node: as our own visits do."""

    def rebuilt(node: cst.CSTNode) -> cst.CSTNode:
        children = {}
        for name in type(node).__dataclass_fields__:
            value = getattr(node, name)
            if isinstance(value, cst.CSTNode):
                new: object = rebuilt(value)
                if new is not value:
                    children[name] = new
            elif isinstance(value, tuple):
                parts = tuple(rebuilt(each) if isinstance(each, cst.CSTNode) else each for each in value)
                if any(one is not other for one, other in zip(parts, value, strict=True)):
                    children[name] = parts
        return make(node.with_changes(**children) if children else node)

    result = rebuilt(module)
    assert isinstance(result, cst.Module)
    return result


def picking(expression: cst.BaseExpression) -> Callable[[cst.CSTNode], cst.CSTNode]:
    return lambda node: expression if isinstance(node, cst.Name) and node.value == "pick" else node


def wrapping(expression: cst.BaseExpression) -> Callable[[cst.CSTNode], cst.CSTNode]:
    """Put a sum with something looser in it where `pick` stands."""
    return picking(cst.BinaryOperation(left=expression, operator=cst.Add(), right=cst.Integer("1")))


@pytest.mark.parametrize("around", AROUND)
def test_a_looser_operator_is_found_wherever_it_stands(around: str) -> None:
    before = cst.parse_module(AROUND[around])
    after = changed(before, wrapping(cst.parse_expression(TERNARY)))
    whole = find_misreading(after.bytes, tree=after)

    assert "is meant" in whole
    assert find_misreading(after.bytes, tree=after, before=before) == whole


@pytest.mark.parametrize("around", sorted(AROUND.keys() - {"open end"}))
def test_a_right_change_needs_no_look_at_the_whole(around: str) -> None:
    before = cst.parse_module(AROUND[around])
    right = changed(before, wrapping(cst.parse_expression(f"({TERNARY})")))
    wrong = changed(before, wrapping(cst.parse_expression(TERNARY)))

    assert is_plainly_right(right.bytes, tree=right, before=before)
    assert not is_plainly_right(wrong.bytes, tree=wrong, before=before)


class Open(cst.SimpleStatementLine):
    """A line that does not end, and takes in the next one."""

    def _codegen_impl(self, state: CodegenState) -> None:
        state.add_token("x = 1 + \\\n")


class Glue(cst.Newline):
    """An end of a line that is none."""

    def _codegen_impl(self, state: CodegenState) -> None:
        pass


class Falling(cst.IndentedBlock):
    """A block that is written where its header stands."""

    def _codegen_impl(self, state: CodegenState) -> None:
        state.add_token(" pass\n")
        for statement in self.body:
            statement._codegen(state)


def line(text: str) -> cst.SimpleStatementLine:
    statement = cst.parse_statement(text)
    assert isinstance(statement, cst.SimpleStatementLine)
    return statement


def is_picked(node: cst.CSTNode) -> bool:
    return isinstance(node, cst.SimpleStatementLine) and "pick" in cst.Module([node]).code


#: What swallows or loses lines that nobody has touched: text before, and what becomes of a node.
SLIPPING: dict[str, tuple[str, Callable[[cst.CSTNode], cst.CSTNode]]] = {
    "a string that goes on to the next quotes": (
        "x = pick\ny = a + b\n# '''\nz = 2\n",
        picking(cst.SimpleString("'''a\\'''")),
    ),
    "a string in a block that ends behind it": (
        "def f():\n    x = pick\n    y = a + b\n# '''\nz = 2\n",
        picking(cst.SimpleString("'''a\\'''")),
    ),
    "a line that goes on in the next one": (
        "if a:\n    pick\n    y + 1\nz = 2\n",
        lambda node: Open([*node.body]) if is_picked(node) else node,  # type: ignore[attr-defined]
    ),
    "a line without an end": (
        "x = pick\ny + 1\nz = 2\n",
        lambda node: (
            node.with_changes(trailing_whitespace=cst.TrailingWhitespace(newline=Glue())) if is_picked(node) else node
        ),
    ),
    "a block that is none": (
        "if a:\n    x = pick\nz = 2\n",
        lambda node: Falling([*node.body]) if isinstance(node, cst.IndentedBlock) else node,
    ),
}


@pytest.mark.parametrize("slip", SLIPPING)
def test_what_slips_out_of_its_place_is_left_to_the_look_at_the_whole(slip: str) -> None:
    content, make = SLIPPING[slip]
    before = cst.parse_module(content)
    after = changed(before, make)

    assert after.code != content
    assert find_misreading(after.bytes, tree=after, before=before) == find_misreading(after.bytes, tree=after)


@pytest.mark.parametrize("slip", ["a string that goes on to the next quotes", "a line without an end"])
def test_what_swallows_a_sum_is_found(slip: str) -> None:
    content, make = SLIPPING[slip]
    before = cst.parse_module(content)
    after = changed(before, make)

    assert "is meant" in find_misreading(after.bytes, tree=after, before=before)


@pytest.mark.parametrize(
    "change",
    [
        lambda tree: tree.with_changes(default_newline="\r\n"),
        lambda tree: tree.with_changes(default_indent="  "),
        lambda tree: tree.with_changes(has_trailing_newline=False),
        lambda tree: tree.with_changes(encoding="latin-1"),
    ],
)
def test_another_frame_is_left_to_the_look_at_the_whole(change: Callable[[cst.Module], cst.Module]) -> None:
    before = cst.parse_module("if a:\n    b\nx = c\n")
    after = change(changed(before, lambda node: cst.Name("d") if isinstance(node, cst.Name) else node))

    assert not is_plainly_right(after.bytes, tree=after, before=before)
    assert find_misreading(after.bytes, tree=after, before=before) == ""


def operands(node: cst.CSTNode) -> list[cst.BaseExpression]:
    """Give what stands in a node where any expression may, in parentheses at least."""
    match node:
        case cst.BinaryOperation():
            return [node.left, node.right]
        case cst.Return(value=cst.BaseExpression() as value) | cst.Assign(value=value) | cst.Arg(value=value):
            return [value]
        case cst.Comparison():
            return [node.left]
        case _:
            return []


def test_on_real_code_both_looks_say_the_same() -> None:
    chance, found = random.Random(6), Counter[bool]()
    for path in [path for path in installed() if path.stat().st_size <= 5_000][::400]:
        try:
            before = cst.parse_module(path.read_bytes())
            ast.parse(before.bytes)
        except (cst.ParserSyntaxError, SyntaxError, UnicodeDecodeError):
            continue
        places = [id(each) for node in descendants(before) for each in operands(node)]
        for one in chance.sample(places, min(4, len(places))):
            new = cst.parse_expression(chance.choice([f"({TERNARY})", TERNARY, "lambda: d", "not e", "f or g", "h"]))
            after = changed(before, lambda node, one=one, new=new: new if id(node) == one else node)  # type: ignore[misc]
            whole = find_misreading(after.bytes, tree=after)
            found[bool(whole)] += 1

            assert find_misreading(after.bytes, tree=after, before=before) == whole

    assert found.keys() == {True, False}
