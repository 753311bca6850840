# ruff: noqa: N802 - LibCST names its visitor methods
"""What goes with an import and what stays: comments, other names of the list, places that only a person understands."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst
import pytest

from autotransform.codemod import Transform

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import Any, TypeAlias

    Apply: TypeAlias = Callable[..., Any]


class Drop(Transform):
    """Replaces every call by a number, and drops whatever of the package ``a`` or of this one the file imports."""

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.BaseExpression:
        if any(
            isinstance(each, cst.Name) and each.value in {"TypeVar", "__all__"} for each in _parts(original_node.func)
        ):
            return updated_node
        for module in ("a", "a.b", "pkg", "pkg.m"):
            self.drop_import(module)
            for name in ("b", "c"):
                self.drop_import(module, name)
        return cst.Integer("0")


def _parts(node: cst.BaseExpression) -> list[cst.BaseExpression]:
    return [node, *(_parts(node.value) if isinstance(node, cst.Attribute) else [])]


COMMENTS = [
    (
        "the comment of the name before stays",
        "from a import (\n    d,  # noqa\n    c,\n)\nx = c()\n",
        "from a import (\n    d,  # noqa\n)\nx = 0\n",
    ),
    (
        "its own comment goes, and no other",
        "from a import (\n    b,  # noqa\n    c,  # cc\n    d,  # dd\n)\nx = c(), b()\n",
        "from a import (\n    d,  # dd\n)\nx = 0, 0\n",
    ),
    (
        "the last without a comma",
        "from a import (\n    d,  # noqa\n    c  # cc\n)\nx = c()\n",
        "from a import (\n    d  # noqa\n)\nx = 0\n",
    ),
    (
        "a comment that is above it goes, the one above the next stays",
        "from a import (\n    d,\n    # about c\n    c,\n    # about e\n    e\n)\nx = c()\n",
        "from a import (\n    d,\n    # about e\n    e\n)\nx = 0\n",
    ),
    (
        "a comment that may be about the next, too, stays",
        "from a import (\n    # about these\n    b,\n    d,\n)\nx = b()\n",
        "from a import (\n    # about these\n    d,\n)\nx = 0\n",
    ),
    (
        "a comment at the end of the list stays",
        "from a import (\n    d,\n    # about c\n    c,  # cc\n    # end\n)\nx = c()\n",
        "from a import (\n    d,\n    # end\n)\nx = 0\n",
    ),
    (
        "a comment on the line of several names stays",
        "from a import (\n    b, d,  # noqa\n    e,\n)\nx = b()\n",
        "from a import (\n    d,  # noqa\n    e,\n)\nx = 0\n",
    ),
    (
        "a comment before the closing parenthesis stays on its line",
        "from a import (d,  # noqa\n    c)\nx = c()\n",
        "from a import (d  # noqa\n    )\nx = 0\n",
    ),
    ("a short list", "from a import (d,\n    c)\nx = c()\n", "from a import (d)\nx = 0\n"),
    ("a list on one line", "from a import b, c, d  # noqa\nx = c(), b()\n", "from a import d  # noqa\nx = 0, 0\n"),
    ("a line that goes on", "from a import d, \\\n    c\nx = c()\n", "from a import d\nx = 0\n"),
    ("modules on one line", "import a, z  # noqa\nx = a()\n", "import z  # noqa\nx = 0\n"),
    (
        "the comment above an import goes with it",
        "import z\n\n# about a\nimport a  # noqa\n\nx = a()\n",
        "import z\n\nx = 0\n",
    ),
    (
        "a comment above several imports stays",
        "import z\n\n# these\nimport a\nimport y\n\nx = a()\n",
        "import z\n\n# these\nimport y\n\nx = 0\n",
    ),
    ("the licence stays", "# Licence\nimport a\n\nx = a()\n", "# Licence\n\nx = 0\n"),
    ("the gap between groups stays", "import os\n\nimport a\nimport z\nx = a()\n", "import os\n\nimport z\nx = 0\n"),
    ("the gap after the docstring stays", "'''Doc.'''\n\nimport a\n\nx = a()\n", "'''Doc.'''\n\nx = 0\n"),
    ("the gap before a function stays", "import a\n\n\ndef f(): return a()\n", "def f(): return 0\n"),
    ("a semicolon", "import a; x = a()\n", "x = 0\n"),
    ("a semicolon at the end", "x = 1; import a\ny = a()\n", "x = 1\ny = 0\n"),
    ("other bytes", "import a\r\nx = a()\r\n", "x = 0\r\n"),
]

FORMS = [
    ("twice, and both unused", "import a\nimport a as k\nx = a(), k()\n", "x = 0, 0\n"),
    ("under two names", "from a import b as k, b as l\nx = k(), l()\n", "x = 0, 0\n"),
    (
        "a package, a module of it and one inside",
        "import a.b\nimport a.b.d\nimport a\nx = a.b()\ny = a.b.d.e\n",
        "import a.b.d\nimport a\nx = 0\ny = a.b.d.e\n",
    ),
    ("relative", "from .m import b\nx = b()\n", "x = 0\n"),
    ("relative, of the package", "from . import b\nx = b()\n", "x = 0\n"),
    ("in a function", "def f():\n    from a import b\n    return b()\n", "def f():\n    return 0\n"),
    (
        "in one function of two",
        "def f():\n    import a\n    a()\ndef g():\n    import a\n    return a\n",
        "def f():\n    0\ndef g():\n    import a\n    return a\n",
    ),
    ("in a class", "class C:\n    import a\n    x = a()\n", "class C:\n    x = 0\n"),
    (
        "in a branch that holds more",
        "if q:\n    from a import b\n    x = 1\ny = b()\n",
        "if q:\n    x = 1\ny = 0\n",
    ),
    (
        "all of what is for type checkers",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from a import b\nx = b()\n",
        "x = 0\n",
    ),
    (
        "all of what is for type checkers, and another use of the flag",
        "import typing\n\nif typing.TYPE_CHECKING:\n    from a import b\nx = b(), typing.Any\n",
        "import typing\n\nx = 0, typing.Any\n",
    ),
    (
        "all of what is for type checkers, as another module tells",
        "from ._typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from a import b\nx = b()\n",
        "x = 0\n",
    ),
    (
        "one of what is for type checkers",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from a import b\n    import z\nx = b()\n",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import z\nx = 0\n",
    ),
    ("a star beside it stays", "from z import *\nfrom a import b\nx = b()\n", "from z import *\nx = 0\n"),
    (
        "a star that is all of a branch for type checkers stays",
        "from a import b\nfrom typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from z import *\nx = b()\n",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from z import *\nx = 0\n",
    ),
    ("a comment that ignores a type", "import a\nx = a()  # type: ignore[a]\n", "x = 0  # type: ignore[a]\n"),
    ("a string that is no type", "import a\nx = a(), d['a'], 'a'\n", "x = 0, d['a'], 'a'\n"),
    (
        "a literal",
        "import a\nfrom typing import Literal\ny: list[Literal['a']] = a()\n",
        "from typing import Literal\ny: list[Literal['a']] = 0\n",
    ),
]

KEPT = [
    ("another use", "import a\nx = a(), a\n"),
    ("another use of the package", "import a.b\nimport a\nx = a.b(), a\n"),
    ("a use that deletes it", "from a import b\nb()\ndel b\n"),
    ("it was never used: it is there for its effect", "import a\nx = z()\n"),
    ("one of two was never used", "import a\ndef f():\n    import a\n    a()\n"),
    ("it stands in a try", "try:\n    import a\nexcept E: ...\nx = a()\n"),
    ("it is all of one branch", "if q:\n    from a import b\nelse:\n    b = 1\nx = b()\n"),
    ("it is all of one branch on a line", "if q: import a\na()\n"),
    ("it is all of a branch for type checkers", "import typing\nif typing.TYPE_CHECKING: import a\nelse: a = 1\na()\n"),
    ("a string annotation", "from a import b\nx: 'list[b]' = b()\n"),
    ("a string in a cast", "import typing\nfrom a import b\nx = b()\ny = typing.List['b']\n"),
    ("a string in a generic type", "from a import b\nx = b()\ny = list['b']\n"),
    (
        "a string in a base class",
        "import collections.abc\nfrom a import b\nb()\nclass C(collections.abc.Set['b']): ...\n",
    ),
    ("a type alias", "from typing import TypeAlias\nfrom a import b\nx = b()\nY: TypeAlias = 'b'\n"),
    ("a bound", "from typing import TypeVar\nfrom a import b\nx = b()\nT = TypeVar('T', bound='b')\n"),
    ("a type comment", "from a import b\nx = b()  # type: b\n"),
    ("a type comment of a function", "from a import b\nx = b()\ndef f(y):\n    # type: (b) -> None\n    pass\n"),
    ("it is exported", "from a import b\n__all__ = ('b',)\nx = b()\n"),
    ("it is exported by an addition", "from a import b\n__all__ = ['x']\n__all__ += ['b']\nx = b()\n"),
    ("its export is appended", "from a import b\n__all__ = []\n__all__.append('b')\nx = b()\n"),
    ("its export is one of many", "from a import b\n__all__ = []\n__all__.extend(['b'])\nx = b()\n"),
    ("it is exported with an annotation", "from a import b\n__all__: list[str] = ['b']\nx = b()\n"),
    ("it is exported with another name", "from a import b\n(__all__, y) = (['b'], 1)\nx = b()\n"),
    ("it is imported to be exported", "from a import b as b\nx = b()\n"),
    ("it is marked", "import a  # autotransform: skip\nx = a()\n"),
    ("a star", "from a import *\nb()\n"),
]


@pytest.mark.parametrize(("before", "after"), [row[1:] for row in COMMENTS], ids=[row[0] for row in COMMENTS])
def test_comments_and_gaps(apply: Apply, before: str, after: str) -> None:
    assert apply(Drop, before).code == after


@pytest.mark.parametrize(("before", "after"), [row[1:] for row in FORMS], ids=[row[0] for row in FORMS])
def test_every_form_of_import_goes(apply: Apply, before: str, after: str) -> None:
    assert apply(Drop, before).code == after


@pytest.mark.parametrize("before", [row[1] for row in KEPT], ids=[row[0] for row in KEPT])
def test_it_stays(apply: Apply, before: str) -> None:
    after = apply(Drop, before).code
    imports = [line for line in before.splitlines() if "import" in line]

    assert [line for line in after.splitlines() if "import" in line] == imports
    assert after != before


def test_a_package_may_import_for_others(apply: Apply) -> None:
    before = "from .m import b\nimport a\nx = b(), a()\n"

    assert apply(Drop, before, module="pkg", package="pkg").code == "from .m import b\nx = 0, 0\n"
    assert apply(Drop, f"__all__ = []\n{before}", module="pkg", package="pkg").code == "__all__ = []\nx = 0, 0\n"


def test_a_package_does_not_keep_for_others_what_is_not_its_own(apply: Apply) -> None:
    before = "from .compat import b\nx = b()\n"
    is_known = {"pkg.compat.b": "a.b", "pkg.b": "a.b"}

    assert apply(Drop, before, module="pkg", package="pkg", reexports=is_known).code == "x = 0\n"


def test_what_comes_through_a_reexport_goes(apply: Apply) -> None:
    before = "from .compat import b\nfrom .other import c\nx = b(), c()\n"
    after = "from .other import c\nx = 0, 0\n"

    assert apply(Drop, before, reexports={"pkg.compat.b": "a.b"}).code == after


def test_what_only_comments_and_strings_used_goes_with_them(apply: Apply) -> None:
    class Retype(Transform):
        def leave_Comment(self, original_node: cst.Comment, updated_node: cst.Comment) -> cst.Comment:
            self.drop_import("a", "List")
            return updated_node.with_changes(value=original_node.value.replace("List[", "list["))

    before = "from a import List\nx = 1  # type: List[int]  # List of numbers\n"

    assert apply(Retype, before).code == "x = 1  # type: list[int]  # List of numbers\n"
    assert apply(Retype, f"{before}y: 'List'\n").code == before.replace("List[", "list[") + "y: 'List'\n"


def test_a_function_that_is_left_empty_passes(apply: Apply) -> None:
    class Remove(Transform):
        def leave_Expr(self, original_node: cst.Expr, updated_node: cst.Expr) -> cst.RemovalSentinel:
            del original_node, updated_node
            self.drop_import("a")
            return cst.RemovalSentinel.REMOVE

    assert apply(Remove, "def f():\n    import a\n    a()\n").code == "def f():\n    pass\n"
    assert apply(Remove, "def f(): import a; a()\n").code == "def f(): pass\n"
