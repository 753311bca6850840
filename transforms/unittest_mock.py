# /// script
# requires-python = ">=3.11"
# dependencies = ["libcst>=1.9"]
#
# [tool.autotransform]
# format = 1
# request = "use unittest.mock instead of mock"
# ///
"""Import ``unittest.mock`` instead of the package ``mock``.

``import mock`` becomes ``from unittest import mock``, ``from mock import patch`` becomes ``from unittest.mock import
patch``, with the aliases and the comments that are there, at the top of a file or inside of a function; and
``mock.mock.X`` becomes ``mock.X``. A line that imports what a line before it imports already goes.

A file keeps the package, and the place is listed, where an import stands in a ``try`` or an ``if`` (a fallback for one
Python or another) or where it uses what only the package has: ``version_info``, ``__version__``, ``backports``,
``ThreadingMock``. Modules of your own called ``mock``, imported with a dot, are left alone; so are strings, and the
requirements of the project.
"""

from __future__ import annotations

import libcst as cst

from autotransform.codemod import Transform

MENTIONS = ["mock"]
TARGETS = ["mock.mock"]

MODULES = ("mock", "mock.mock")
ONLY_IN_PACKAGE = frozenset({"version_info", "__version__", "backports", "ThreadingMock"})

#: What an import binds: the module, the name in it, and what the file calls it.
Binding = tuple[str, str, str | None]

CASES = [
    {
        "name": "the module",
        "before": """
            import os

            import mock  # noqa: E402

            double = mock.Mock()
        """,
        "after": """
            import os

            from unittest import mock  # noqa: E402

            double = mock.Mock()
        """,
    },
    {
        "name": "names, and a list in parentheses",
        "before": """
            from mock import patch
            from mock.mock import (
                Mock,  # a double
                call as c,
            )
        """,
        "after": """
            from unittest.mock import patch
            from unittest.mock import (
                Mock,  # a double
                call as c,
            )
        """,
    },
    {
        "name": "an alias, the module in the package, and everything",
        "before": """
            import mock as m
            from mock import *
            from mock import mock as n, patch
            import mock.mock as o
        """,
        "after": """
            from unittest import mock as m
            from unittest.mock import *
            from unittest import mock as n
            from unittest.mock import patch
            from unittest import mock as o
        """,
    },
    {
        "name": "several modules in a line",
        "before": """
            # for the tests
            import os, mock, sys  # all of them
        """,
        "after": """
            # for the tests
            import os, sys  # all of them
            from unittest import mock
        """,
    },
    {
        "name": "several statements in a line, inside of a function",
        "before": """
            def test():
                import mock; mock.mock.patch("a.b")
        """,
        "after": """
            def test():
                from unittest import mock; mock.patch("a.b")
        """,
    },
    {
        "name": "the line is there already",
        "before": """
            import unittest
            from unittest import mock
            import mock

            double = mock.mock.Mock()
        """,
        "after": """
            import unittest
            from unittest import mock

            double = mock.Mock()
        """,
    },
    {
        "name": "a fallback for where it is missing",
        "before": """
            try:
                from unittest import mock
            except ImportError:
                import mock

            double = mock.mock.Mock()
        """,
        "skips": 1,
    },
    {
        "name": "an import for one version of Python",
        "before": """
            import sys

            if sys.version_info < (3, 3):
                from mock import patch
            else:
                from unittest.mock import patch
        """,
        "skips": 1,
    },
    {
        "name": "what only the package has",
        "before": """
            import mock

            if mock.version_info < (2, 0):
                print(mock.Mock())
        """,
        "skips": 1,
    },
    {
        "name": "what only the package has, imported by name",
        "before": """
            from mock import __version__, Mock
        """,
        "skips": 1,
    },
    {
        "name": "a module of one's own called mock",
        "before": """
            from . import mock
            from .mock import patch
            from mylib import mock as other
            from mylib.mock import Mock
            import mylib.mock
            import mocket
        """,
        "skips": 0,
    },
    {
        "name": "a parameter called mock, and strings",
        "before": """
            def test(mock):
                mock.mock.patch("mock.mock.patch")
        """,
        "skips": 0,
    },
    {
        "name": "unittest.mock is imported already",
        "before": """
            import unittest.mock
            from unittest import mock
            from unittest.mock import Mock
        """,
        "skips": 0,
    },
]


class UnittestMock(Transform):
    DESCRIPTION = "Import unittest.mock instead of the package mock."

    def visit_Module(self, node: cst.Module) -> None:
        self.found = MockUses()
        node.visit(self.found)
        self.top = set(node.body)
        #: What imports of unittest.mock bind at the top of the file, as far as it was read.
        self.present: set[Binding] = set()
        self.keeps_package = self.list_reasons()

    def list_reasons(self) -> bool:
        """List why the file has to keep the package; tell whether it has to."""
        reasons: list[tuple[cst.CSTNode, str]] = [
            (each, "an import for one Python or another") for each in self.found.conditional
        ]
        reasons += [(each, "only the package mock has this") for each in self.found.special_imports]
        if self.found.imports:
            own = [each for each in self.found.special_uses if self.refers_to(each.value, *MODULES)]
            reasons += [(each, "only the package mock has this") for each in own]
        for node, reason in reasons:
            self.skip(node, reason)
        return bool(reasons) or not self.found.imports

    def visit_Import(self, node: cst.Import) -> bool:
        return False  # a line of imports is rewritten as a whole

    def visit_ImportFrom(self, node: cst.ImportFrom) -> bool:
        return False

    def leave_Attribute(self, original_node: cst.Attribute, updated_node: cst.Attribute) -> cst.BaseExpression:
        is_module = original_node.attr.value == "mock" and self.refers_to(
            original_node, "mock.mock", "unittest.mock.mock"
        )
        return updated_node.value if is_module and not self.keeps_package else updated_node

    def leave_SimpleStatementLine(
        self, original_node: cst.SimpleStatementLine, updated_node: cst.SimpleStatementLine
    ) -> cst.SimpleStatementLine | cst.FlattenSentinel[cst.SimpleStatementLine] | cst.RemovalSentinel:
        if self.keeps_package:
            return updated_node
        parts = [
            rewritten(each) if before in self.found.imports else [each]
            for before, each in zip(original_node.body, updated_node.body, strict=True)
        ]
        if len(parts) == 1:
            kept = self.without_repetitions(parts[0], line=original_node)
            return updated_node if kept == list(updated_node.body) else as_lines(kept, like=updated_node)
        if not any(each in self.found.imports for each in original_node.body):
            return updated_node
        body = [each.with_changes(semicolon=cst.MaybeSentinel.DEFAULT) for part in parts for each in part]
        return updated_node.with_changes(body=body)

    def without_repetitions(
        self, statements: list[cst.BaseSmallStatement], *, line: cst.SimpleStatementLine
    ) -> list[cst.BaseSmallStatement]:
        """Leave out what an earlier line imports already; a line with comments stays as it is."""
        if line not in self.top:
            return statements
        may_go = not any(each.comment for each in line.leading_lines) and line.trailing_whitespace.comment is None
        kept = []
        for each in statements:
            bindings = bindings_of(each)
            if not (bindings and may_go and bindings <= self.present):
                kept.append(each)
            self.present |= bindings
        return kept


class MockUses(cst.CSTVisitor):
    """The imports of the package in a file, and what may be a use of something that only the package has."""

    def __init__(self) -> None:
        super().__init__()
        self.imports: set[cst.CSTNode] = set()
        self.conditional: list[cst.CSTNode] = []
        self.special_imports: list[cst.CSTNode] = []
        self.special_uses: list[cst.Attribute] = []
        self.conditions = 0

    def on_visit(self, node: cst.CSTNode) -> bool:
        self.conditions += isinstance(node, cst.If | cst.Try | cst.TryStar)
        return super().on_visit(node)

    def on_leave(self, original_node: cst.CSTNode) -> None:
        self.conditions -= isinstance(original_node, cst.If | cst.Try | cst.TryStar)
        super().on_leave(original_node)

    def visit_Import(self, node: cst.Import) -> None:
        if any(each.evaluated_name in MODULES for each in node.names):
            self.add(node)

    def visit_ImportFrom(self, node: cst.ImportFrom) -> None:
        if module_of(node) not in MODULES:
            return
        self.add(node)
        names = () if isinstance(node.names, cst.ImportStar) else node.names
        if any(each.evaluated_name in ONLY_IN_PACKAGE for each in names):
            self.special_imports.append(node)

    def visit_Attribute(self, node: cst.Attribute) -> None:
        if node.attr.value in ONLY_IN_PACKAGE:
            self.special_uses.append(node)

    def add(self, node: cst.Import | cst.ImportFrom) -> None:
        self.imports.add(node)
        if self.conditions:
            self.conditional.append(node)


def module_of(node: cst.ImportFrom) -> str:
    """Give the name of the module that is imported from; empty for a relative import."""
    if node.relative or node.module is None:
        return ""
    return cst.Module(body=()).code_for_node(node.module)


def rewritten(statement: cst.BaseSmallStatement) -> list[cst.BaseSmallStatement]:
    """Rewrite an import of the package: the rest of it first, then what it takes from unittest."""
    if isinstance(statement, cst.Import):
        kept = [each for each in statement.names if each.evaluated_name not in MODULES]
        moved = [from_unittest(each) for each in statement.names if each.evaluated_name in MODULES]
        rest = [statement.with_changes(names=ended(kept, like=statement.names[-1]))] if kept else []
        return [*rest, *moved]
    assert isinstance(statement, cst.ImportFrom)
    unittest_mock = cst.Attribute(value=cst.Name("unittest"), attr=cst.Name("mock"))
    if isinstance(statement.names, cst.ImportStar):
        return [statement.with_changes(module=unittest_mock)]
    modules = [each for each in statement.names if each.evaluated_name == "mock"]
    if not modules:
        return [statement.with_changes(module=unittest_mock)]
    kept = [each for each in statement.names if each not in modules]
    rest = ended(kept, like=statement.names[-1])
    last = [statement.with_changes(module=unittest_mock, names=rest)] if kept else []
    return [*(from_unittest(each) for each in modules), *last]


def from_unittest(alias: cst.ImportAlias) -> cst.ImportFrom:
    """Import the module, under the name that an import of the package gives it."""
    return cst.ImportFrom(
        module=cst.Name("unittest"), names=[cst.ImportAlias(name=cst.Name("mock"), asname=alias.asname)]
    )


def ended(names: list[cst.ImportAlias], *, like: cst.ImportAlias) -> list[cst.ImportAlias]:
    """End what is left of a list of names as the whole list ended."""
    return [*names[:-1], names[-1].with_changes(comma=like.comma)] if names else []


def bindings_of(statement: cst.BaseSmallStatement) -> set[Binding]:
    """Tell what an import of unittest.mock binds; nothing for other statements."""
    if not isinstance(statement, cst.ImportFrom) or isinstance(statement.names, cst.ImportStar):
        return set()
    module = module_of(statement)
    found = {(f"{module}.{each.evaluated_name}", each.evaluated_alias) for each in statement.names}
    if not all(f"{name}.".startswith("unittest.mock.") for name, _ in found):
        return set()
    return {(module, name, alias) for name, alias in found}


def as_lines(
    statements: list[cst.BaseSmallStatement], *, like: cst.SimpleStatementLine
) -> cst.SimpleStatementLine | cst.FlattenSentinel[cst.SimpleStatementLine] | cst.RemovalSentinel:
    """Give each statement its line; the first has the comments of the line that they replace."""
    if not statements:
        return cst.RemoveFromParent()
    first = like.with_changes(body=[statements[0].with_changes(semicolon=cst.MaybeSentinel.DEFAULT)])
    others = [
        cst.SimpleStatementLine(body=[each.with_changes(semicolon=cst.MaybeSentinel.DEFAULT)])
        for each in statements[1:]
    ]
    return cst.FlattenSentinel([first, *others]) if others else first
