# ruff: noqa: N802, ARG002 - LibCST names its visitor methods and passes both nodes
from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from autotransform.codemod import Transform
from autotransform.errors import ScriptError

if TYPE_CHECKING:
    import libcst as cst

    from tests.codemod.conftest import Apply


class _Removing(Transform):
    DESCRIPTION = "Remove x."

    def leave_FunctionDef(self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef) -> cst.FunctionDef:
        if self.uses_parameter(original_node, "x"):
            self.skip(original_node, "used")
            return updated_node
        return self.remove_parameter(updated_node, "x")


class _Adding(Transform):
    DESCRIPTION = "Add y=10."

    def leave_FunctionDef(self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef) -> cst.FunctionDef:
        return self.add_parameter(updated_node, "y", default="10")


class _KeywordOnly(Transform):
    DESCRIPTION = "Make x keyword-only."

    def leave_FunctionDef(self, original_node: cst.FunctionDef, updated_node: cst.FunctionDef) -> cst.FunctionDef:
        return self.make_keyword_only(updated_node, "x")


class _Members(Transform):
    DESCRIPTION = "Say whose each attribute is."

    def visit_Attribute(self, node: cst.Attribute) -> None:
        self.skip(node, str(self.is_member(node, "pkg.here.Client.fetch")))


COMMENTED = """
def f(
    a,  # first
    x,  # second
    b: int = 3,  # third
): pass
"""


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("def f(x): pass", "def f(): pass"),
        ("def f(a, x=1, b=2): pass", "def f(a, b=2): pass"),
        ("def f(a, *, x): pass", "def f(a): pass"),
        ("def f(*, x, **kw): pass", "def f(**kw): pass"),
        ("def f(x, /, b): pass", "def f(b): pass"),
        ("def f(a, /, x, *args, k=1, **kw): pass", "def f(a, /, *args, k=1, **kw): pass"),
        ("def f(\n    a,\n    x\n): pass", "def f(\n    a\n): pass"),
        ("def f(\n    x,\n): pass", "def f(): pass"),
        (COMMENTED, COMMENTED.replace("    x,  # second\n", "")),
        ("def f(a): pass", None),
        ("def f(x): return x", None),
        ("def f(x): return lambda: x", None),
    ],
)
def test_parameter_is_removed(apply: Apply, before: str, after: str | None) -> None:
    before = before.strip() + "\n"

    assert apply(_Removing, before).code == (before if after is None else after.strip() + "\n")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("def f(): pass", "def f(y=10): pass"),
        ("def f(a, b=2): pass", "def f(a, b=2, y=10): pass"),
        ("def f(a, **kw): pass", "def f(a, y=10, **kw): pass"),
        ("def f(*args): pass", "def f(*args, y=10): pass"),
        ("def f(a, *, b): pass", "def f(a, *, b, y=10): pass"),
        ("def f(\n    a,\n): pass", "def f(\n    a,\n    y=10,\n): pass"),
        (COMMENTED, COMMENTED.replace("# third\n", "# third\n    y=10,\n")),
    ],
)
def test_parameter_is_added_in_the_style_of_the_others(apply: Apply, before: str, after: str) -> None:
    assert apply(_Adding, before.strip() + "\n").code == after.strip() + "\n"


def test_parameter_that_is_there_is_not_added_again(apply: Apply) -> None:
    with pytest.raises(ScriptError, match="already"):
        apply(_Adding, "def f(y): pass\n")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("def f(x): pass", "def f(*, x): pass"),
        ("def f(a, x=1, b=2): pass", "def f(a, b=2, *, x=1): pass"),
        ("def f(a, x, *args, k=1, **kw): pass", "def f(a, *args, k=1, x, **kw): pass"),
        ("def f(x, /, b): pass", "def f(b, *, x): pass"),
        ("def f(\n    a,\n    x\n): pass", "def f(\n    a,\n    *,\n    x\n): pass"),
        (
            COMMENTED,
            "def f(\n    a,  # first\n    b: int = 3,  # third\n    *,\n    x,  # second\n): pass",
        ),
        ("def f(*, x, b): pass", "def f(*, x, b): pass"),
    ],
)
def test_parameter_moves_behind_the_star(apply: Apply, before: str, after: str) -> None:
    assert apply(_KeywordOnly, before.strip() + "\n").code == after.strip() + "\n"


def test_whose_a_method_is_shows_or_is_unknown(apply: Apply) -> None:
    before = """
        class Client:
            def fetch(self): return self.fetch

        class Other:
            def fetch(self): return self.fetch

        client = Client()
        client.fetch
        Client().other
        def f(a: Client, b): a.fetch, b.fetch
    """

    assert apply(_Members, before).skips == [
        ("self.fetch", "True"),
        ("self.fetch", "False"),
        ("client.fetch", "True"),
        ("Client().other", "False"),
        ("a.fetch", "True"),
        ("b.fetch", "None"),
    ]


def test_members_of_several_names_belong_to_classes_of_their_own(apply: Apply) -> None:
    class Both(Transform):
        def visit_Attribute(self, node: cst.Attribute) -> None:
            self.skip(node, str(self.is_member(node, "pkg.here.A.x", "pkg.here.B.y")))

    applied = apply(Both, "class A: ...\nclass B: ...\nA().x, B().y, A().y, B().x")

    assert applied.skips == [("A().x", "True"), ("B().y", "True"), ("A().y", "False"), ("B().x", "False")]


@pytest.mark.parametrize(
    ("transform", "before", "after"),
    [
        (_Adding, "def f(a,  # first\n): ...\n", "def f(a, y=10,  # first\n): ...\n"),
        (_Adding, "def f(\n    a,\n    # end\n): ...\n", "def f(\n    a,\n    # end\n    y=10,\n): ...\n"),
        (_Adding, "def f(a,  # first\n      b): ...\n", "def f(a,  # first\n      b,\n      y=10): ...\n"),
        (_Removing, "def f(a, x,  # both\n      b): ...\n", "def f(a,  # both\n      b): ...\n"),
        (_Removing, "def f(a,  # first\n      x): ...\n", "def f(a  # first\n      ): ...\n"),
        (_Removing, "def f(\n    a,  # first\n    x  # second\n): ...\n", "def f(\n    a  # first\n): ...\n"),
        (_Removing, "def f(\n    # these\n    x,\n    b,\n): ...\n", "def f(\n    # these\n    b,\n): ...\n"),
        (_Removing, "def f(\n    # x\n    x,\n    # b\n    b,\n): ...\n", "def f(\n    # b\n    b,\n): ...\n"),
    ],
)
def test_comments_stay_on_their_lines(apply: Apply, transform: type[Transform], before: str, after: str) -> None:
    assert apply(transform, before).code == after
