"""Trees in one short notation: right, short, and never the end of the process."""

# ruff: noqa: E501 - a tree reads best in one line

from __future__ import annotations

import libcst as cst
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autotransform.engine.dump import dump_tree


@pytest.mark.parametrize(
    ("code", "tree"),
    [
        (
            "pytz.timezone('x')",
            """Call(func=Attribute(value=Name("pytz"), attr=Name("timezone")), args=[Arg(SimpleString("'x'"))])""",
        ),
        ("x = -1", 'Assign(targets=[AssignTarget(target=Name("x"))], value=UnaryOperation(operator=Minus(), expression=Integer("1")))'),
        ("f(*b, k=3)", 'Call(func=Name("f"), args=[Arg(Name("b"), star="*"), Arg(Integer("3"), keyword=Name("k"))])'),
        ("from pytz import UTC as Z", 'ImportFrom(module=Name("pytz"), names=[ImportAlias(name=Name("UTC"), asname=AsName(name=Name("Z")))])'),
        ("from . import x", 'ImportFrom(names=[ImportAlias(name=Name("x"))], relative=[Dot()])'),
        ("a < b", 'Comparison(left=Name("a"), comparisons=[ComparisonTarget(operator=LessThan(), comparator=Name("b"))])'),
        ("@d\nclass A(B):\n    x: int", 'ClassDef(name=Name("A"), body=IndentedBlock([AnnAssign(target=Name("x"), annotation=Annotation(annotation=Name("int")))]), bases=[Arg(Name("B"))], decorators=[Decorator(decorator=Name("d"))])'),
        ("async def f(): pass", 'FunctionDef(name=Name("f"), params=Parameters(), body=SimpleStatementSuite([Pass()]), asynchronous=Asynchronous())'),
        ('"a\\n"', r'SimpleString("\"a\\n\"")'),
        ("x\ny", 'Expr(Name("x")), Expr(Name("y"))'),
        ("  x  # why\n", 'Name("x")'),
        ("(  x  )", 'Name("x")'),
    ],
)  # fmt: skip
def test_a_tree_is_written_without_layout(code: str, tree: str) -> None:
    assert dump_tree(code) == tree


@pytest.mark.parametrize("code", ["", "def (", "a b", "'a' b'b'", "f(a=", "\0", "\udcff", "x = 1\n  y = 2"])
def test_what_does_not_parse_has_no_tree(code: str) -> None:
    assert dump_tree(code) == ""


@pytest.mark.timeout(120)
@pytest.mark.parametrize(
    "code",
    [
        "(" * 900 + "x" + ")" * 900,  # ends the process where it reaches LibCST
        "match a:\n case " + "[" * 40 + "]" * 40 + ":pass",  # takes longer than anybody lives
        "x" + "()" * 990,
        "-" * 1990 + "x",
        "-" * 60_000 + "x",
        "not " * 490 + "x",
    ],
)
def test_hostile_code_costs_little(code: str) -> None:
    assert len(dump_tree(code)) <= 2_000


def test_a_long_tree_is_cut() -> None:
    whole = dump_tree("f(a, b, c)")

    assert dump_tree("f(a, b, c)", limit=20) == whole[:19] + "…"
    assert dump_tree("f(a, b, c)", limit=len(whole)) == whole


@pytest.mark.parametrize(
    "code", ["a.b(c[1:2], *d, **e)", "lambda x, /, y=1, *z: x", "f'{x!r:>10}'", "[a for b in c if d]"]
)
def test_nothing_but_layout_is_left_out(code: str) -> None:
    """What is written can be read back: LibCST builds the same code from it."""
    names = {name: value for name, value in vars(cst).items() if not name.startswith("_")}
    built = eval(dump_tree(code), {**names, "__builtins__": {}})

    assert dump_tree(cst.Module(body=[]).code_for_node(built)) == dump_tree(code)


@given(st.text(alphabet="ab(){}[].,:='\"\n #*+-\\", max_size=40))
def test_it_never_raises(code: str) -> None:
    assert isinstance(dump_tree(code), str)
