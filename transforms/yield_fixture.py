# /// script
# requires-python = ">=3.11"
# dependencies = ["libcst>=1.9"]
#
# [tool.autotransform]
# format = 1
# request = "use pytest.fixture instead of pytest.yield_fixture"
# ///
"""Replace ``pytest.yield_fixture`` by ``pytest.fixture``.

Both take the same arguments, and ``pytest.fixture`` knows functions that yield since pytest 3.0. An alias stays:
``from pytest import yield_fixture as fx`` becomes ``from pytest import fixture as fx``. Where the name ``fixture`` is
taken by something else, or ``yield_fixture`` is bound to something else too, the import gives the old name: ``from
pytest import fixture as yield_fixture``. Things of other packages called ``yield_fixture`` are left alone.
"""

from __future__ import annotations

import libcst as cst

from autotransform.codemod import Transform

MENTIONS = ["yield_fixture"]
TARGETS = ["pytest.yield_fixture"]

CASES = [
    {
        "name": "an attribute of the module, with and without arguments",
        "before": """
            import pytest

            @pytest.yield_fixture
            def a():
                yield 1

            @pytest.yield_fixture(scope="session", autouse=True)  # once
            def b(a):
                yield a
        """,
        "after": """
            import pytest

            @pytest.fixture
            def a():
                yield 1

            @pytest.fixture(scope="session", autouse=True)  # once
            def b(a):
                yield a
        """,
    },
    {
        "name": "imported by name",
        "before": """
            from pytest import mark, yield_fixture

            @yield_fixture
            def a():
                yield mark
        """,
        "after": """
            from pytest import mark, fixture

            @fixture
            def a():
                yield mark
        """,
    },
    {
        "name": "both are imported already",
        "before": """
            from pytest import fixture, yield_fixture, yield_fixture as fx

            @fixture
            def a():
                return fx

            @yield_fixture()
            def b(fixture):
                yield 1
        """,
        "after": """
            from pytest import fixture, fixture as fx

            @fixture
            def a():
                return fx

            @fixture()
            def b(fixture):
                yield 1
        """,
    },
    {
        "name": "an alias stays",
        "before": """
            from pytest import (
                yield_fixture as fx,  # short
            )
            import pytest as pt

            one = fx(lambda: 1)
            two = pt.yield_fixture(lambda: 2)
        """,
        "after": """
            from pytest import (
                fixture as fx,  # short
            )
            import pytest as pt

            one = fx(lambda: 1)
            two = pt.fixture(lambda: 2)
        """,
    },
    {
        "name": "the name fixture is taken",
        "before": """
            from pytest import yield_fixture

            @yield_fixture
            def fixture():
                yield 1
        """,
        "after": """
            from pytest import fixture as yield_fixture

            @yield_fixture
            def fixture():
                yield 1
        """,
    },
    {
        "name": "a parameter called pytest",
        "before": """
            def f(pytest):
                return pytest.yield_fixture
        """,
        "skips": 0,
    },
    {
        "name": "of another package",
        "before": """
            from mylib import yield_fixture
            import mylib

            @yield_fixture
            @mylib.yield_fixture
            def a():
                yield 1
        """,
        "skips": 0,
    },
    {
        "name": "a fallback of the file's own",
        "before": """
            try:
                from pytest import yield_fixture
            except ImportError:
                yield_fixture = None

            fixture_with_end = yield_fixture
        """,
        "after": """
            try:
                from pytest import fixture as yield_fixture
            except ImportError:
                yield_fixture = None

            fixture_with_end = yield_fixture
        """,
    },
    {
        "name": "a function of the file's own",
        "before": """
            import pytest

            def yield_fixture(function):
                return pytest.fixture(function)

            @yield_fixture
            def a():
                yield 1
        """,
        "skips": 0,
    },
    {
        "name": "an attribute of something else",
        "before": """
            import pytest

            def f(self):
                return self.pytest.yield_fixture, pytest.fixture, pytest().yield_fixture
        """,
        "skips": 0,
    },
    {
        "name": "a module of the package that is called pytest",
        "before": """
            from . import pytest
            from .pytest import yield_fixture

            print(pytest.yield_fixture, yield_fixture)
        """,
    },
    {
        "name": "a keyword and a method",
        "before": """
            import pytest

            class Plugin(pytest.Item):
                def yield_fixture(self):
                    return f(yield_fixture=self.yield_fixture)
        """,
        "skips": 0,
    },
    {
        "name": "a word in a string and in a comment",
        "before": """
            import pytest

            text = "use yield_fixture"  # yield_fixture
        """,
        "skips": 0,
    },
]


class YieldFixture(Transform):
    DESCRIPTION = "Replace pytest.yield_fixture by pytest.fixture."

    def visit_Module(self, node: cst.Module) -> None:
        found = PytestImports()
        node.visit(found)
        self.has_both = {"fixture", "yield_fixture"} <= found.names

    def leave_Attribute(self, original_node: cst.Attribute, updated_node: cst.Attribute) -> cst.BaseExpression:
        return self.rename(original_node, updated_node, *TARGETS, to="fixture")

    def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.BaseExpression:
        if not self.has_both:
            return self.rename(original_node, updated_node, *TARGETS, to="fixture")
        scopes = self.names.scopes
        if not scopes.is_variable(original_node) or original_node.value != "yield_fixture":
            return updated_node
        if not self.refers_to(original_node, *TARGETS):
            return updated_node
        self.drop_import("pytest", "yield_fixture")
        other = scopes.find("fixture", scope=scopes.scope(original_node))
        is_there = other is not None and self.names.of_variable(other) == {"pytest.fixture"}
        return updated_node.with_changes(value="fixture" if is_there else self.need_import("pytest", "fixture"))

    def leave_ImportAlias(self, original_node: cst.ImportAlias, updated_node: cst.ImportAlias) -> cst.ImportAlias:
        if self.has_both and original_node.asname is None:
            return updated_node  # its uses get the other name, and it goes
        return self.rename(original_node, updated_node, *TARGETS, to="fixture")


class PytestImports(cst.CSTVisitor):
    """What a file imports from pytest under its own name."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def visit_ImportFrom(self, node: cst.ImportFrom) -> bool:
        is_pytest = isinstance(node.module, cst.Name) and node.module.value == "pytest" and not node.relative
        for each in node.names if is_pytest and not isinstance(node.names, cst.ImportStar) else ():
            if each.asname is None:
                self.names.add(each.evaluated_name)
        return False
