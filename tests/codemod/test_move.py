# ruff: noqa: N802 - LibCST names its visitor methods
"""References to what has moved: imports are split and pointed elsewhere, uses follow."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from autotransform.codemod import Transform

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TypeAlias

    import libcst as cst

    Apply: TypeAlias = Callable[..., Any]


class _Move(Transform):
    OLD = ""
    NEW = ""

    def leave_SimpleStatementLine(
        self, original_node: cst.SimpleStatementLine, updated_node: cst.SimpleStatementLine
    ) -> cst.SimpleStatementLine | cst.FlattenSentinel[cst.SimpleStatementLine]:
        return self.move_imports(original_node, updated_node, self.OLD, to=self.NEW)

    def leave_Attribute(self, original_node: cst.Attribute, updated_node: cst.Attribute) -> cst.BaseExpression:
        return self.move_reference(original_node, updated_node, self.OLD, to=self.NEW)

    def visit_SimpleString(self, node: cst.SimpleString) -> None:
        self.skip_mention(node, self.OLD)


class MoveName(_Move):
    OLD, NEW = "pkg.a.name", "pkg.b.name"


class MoveModule(_Move):
    OLD, NEW = "pkg.a", "other.c"


NAMES = [
    ("alone", "from pkg.a import name", "from pkg.b import name", 0),
    (
        "beside another, with a comment",
        "# one\nfrom pkg.a import x, name  # two",
        "# one\nfrom pkg.a import x  # two\nfrom pkg.b import name",
        0,
    ),
    (
        "under another name",
        "from pkg.a import name as n, x as y",
        "from pkg.a import x as y\nfrom pkg.b import name as n",
        0,
    ),
    (
        "in parentheses",
        "from pkg.a import (\n    x,\n    name,\n)",
        "from pkg.a import (\n    x,\n)\nfrom pkg.b import name",
        0,
    ),
    ("all of it in parentheses", "from pkg.a import (\n    name,\n)", "from pkg.b import (\n    name,\n)", 0),
    ("in a function", "def f():\n    from .a import name", "def f():\n    from .b import name", 0),
    ("in a try", "try:\n    from .a import name\nexcept E: ...", "try:\n    from .b import name\nexcept E: ...", 0),
    ("through the module", "import pkg.a\npkg.a.name", "import pkg.b\n\npkg.b.name", 0),
    (
        "through the module, which is used for more",
        "import pkg.a\npkg.a.name, pkg.a.x",
        "import pkg.a\nimport pkg.b\n\npkg.b.name, pkg.a.x",
        0,
    ),
    ("through an import of the module", "from pkg import a\na.name", "from pkg import b\nb.name", 0),
    ("another name", "from pkg.a import x\nimport pkg.a\npkg.a.x", None, 0),
    ("the same name of another module", "from pkg.z import name\nimport pkg.z\npkg.z.name", None, 0),
    ("a name that only looks the same", "def f(name, a): return a.name", None, 0),
    ("a re-export", "from pkg import name", None, 0),
    ("a string", "x = 'pkg.a.name'", None, 1),
    ("a line with more statements", "import x; from pkg.a import name", None, 1),
    ("a module that is bound twice", "try:\n    from pkg import a\nexcept E:\n    a = None\na.name", None, 1),
]

MODULES = [
    ("its name", "import pkg.a\npkg.a.x.y", "import other.c\nother.c.x.y", 0),
    (
        "something in it",
        "import pkg.a.b as b\nfrom pkg.a.b import d",
        "import other.c.b as b\nfrom other.c.b import d",
        0,
    ),
    ("from its package", "from pkg import a\na.x", "from other import c as a\na.x", 0),
    (
        "from its package, under another name",
        "from pkg import a as q, z",
        "from pkg import z\nfrom other import c as q",
        0,
    ),
    ("everything in it", "from pkg.a import *", "from other.c import *", 0),
    ("relative", "from .a import x\nfrom . import a", "from other.c import x\nfrom other import c as a", 0),
    ("its package is used for more", "import pkg.a\npkg.a.x, pkg.z", "import pkg, other.c\nother.c.x, pkg.z", 0),
    ("a module whose name begins the same", "import pkg.ab\nfrom pkg.ab import x\npkg.ab.x", None, 0),
    ("its package", "import pkg\nfrom pkg import z\npkg.z", None, 0),
    ("an attribute that looks the same", "def f(pkg): return pkg.a", None, 0),
    ("a string", "x = 'pkg.a.thing'", None, 1),
]


def _check(apply: Apply, transform: type[Transform], before: str, after: str | None, *, skips: int) -> None:
    applied = apply(transform, before)
    again = apply(transform, applied.code)

    assert applied.code == (before if after is None else after)
    assert len(applied.skips) == skips, applied.skips
    assert again.code == applied.code


@pytest.mark.parametrize(("before", "after", "skips"), [row[1:] for row in NAMES], ids=[row[0] for row in NAMES])
def test_a_name_moves(apply: Apply, before: str, after: str | None, skips: int) -> None:
    _check(apply, MoveName, before, after, skips=skips)


@pytest.mark.parametrize(("before", "after", "skips"), [row[1:] for row in MODULES], ids=[row[0] for row in MODULES])
def test_a_module_moves(apply: Apply, before: str, after: str | None, skips: int) -> None:
    _check(apply, MoveModule, before, after, skips=skips)


def test_an_import_at_the_new_place_is_listed(apply: Apply) -> None:
    applied = apply(MoveName, "from .a import name\n", module="pkg.b")

    assert applied.code == "from .a import name\n"
    assert [reason for _, reason in applied.skips] == [
        "its definition is to stand in this file, so the import goes when it does"
    ]


def test_what_moves_reaches_what_stays_by_its_whole_name(apply: Apply) -> None:
    applied = apply(MoveModule, "from . import z\nfrom .z import x\nimport os\n", module="pkg.a")

    assert applied.code == "from pkg import z\nfrom pkg.z import x\nimport os\n"


def test_what_moves_along_is_reached_as_before(apply: Apply) -> None:
    text = "from . import inner\nfrom .inner import x\n"
    applied = apply(MoveModule, text, module="pkg.a", package="pkg.a")

    assert applied.code == text
