# /// script
# requires-python = ">=3.11"
# dependencies = ["libcst>=1.9"]
#
# [tool.autotransform]
# format = 1
# request = "take the abstract base classes from collections.abc instead of collections"
# ///
"""Take ``Mapping``, ``Iterable`` and the other abstract base classes from ``collections.abc``.

Since Python 3.10 ``collections`` no longer has them. ``from collections import Mapping, OrderedDict`` becomes two
imports, ``collections.Mapping`` becomes ``collections.abc.Mapping``; imports are added and removed as that needs it.
What the file calls a class stays, and so do ``OrderedDict``, ``namedtuple`` and all else that is still in
``collections``.
A ``try`` or ``if`` that imports from ``collections.abc`` already chooses between both: it works, is left alone, and is
listed where it imports a class from ``collections``. So are imports that share their line with something else, and
lists of imports with comments in them of which only a part would move.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

import libcst as cst
from libcst.codemod import CodemodContext

from autotransform.codemod import Transform

MENTIONS = ["collections"]
TARGETS = [
    "collections.AsyncGenerator",
    "collections.AsyncIterable",
    "collections.AsyncIterator",
    "collections.Awaitable",
    "collections.ByteString",
    "collections.Callable",
    "collections.Collection",
    "collections.Container",
    "collections.Coroutine",
    "collections.Generator",
    "collections.Hashable",
    "collections.ItemsView",
    "collections.Iterable",
    "collections.Iterator",
    "collections.KeysView",
    "collections.Mapping",
    "collections.MappingView",
    "collections.MutableMapping",
    "collections.MutableSequence",
    "collections.MutableSet",
    "collections.Reversible",
    "collections.Sequence",
    "collections.Set",
    "collections.Sized",
    "collections.ValuesView",
]

CASES = [
    {
        "name": "an import of which a part moves",
        "before": """
            # What we need
            from collections import Mapping, OrderedDict, Iterable as Many  # noqa: F401

            kinds = Mapping, OrderedDict, Many
        """,
        "after": """
            # What we need
            from collections import OrderedDict  # noqa: F401
            from collections.abc import Mapping, Iterable as Many  # noqa: F401

            kinds = Mapping, OrderedDict, Many
        """,
    },
    {
        "name": "an import over several lines that moves as a whole",
        "before": """
            from collections import (
                Mapping,  # read
                MutableMapping,
            )
        """,
        "after": """
            from collections.abc import (
                Mapping,  # read
                MutableMapping,
            )
        """,
    },
    {
        "name": "an attribute of the module, which is still needed",
        "before": """
            import collections

            kinds = collections.Mapping, collections.OrderedDict
        """,
        "after": """
            import collections
            import collections.abc

            kinds = collections.abc.Mapping, collections.OrderedDict
        """,
    },
    {
        "name": "an attribute of the module, which is not needed otherwise",
        "before": """
            import collections

            def is_many(value):
                return isinstance(value, (list, collections.Sequence))
        """,
        "after": """
            import collections.abc

            def is_many(value):
                return isinstance(value, (list, collections.abc.Sequence))
        """,
    },
    {
        "name": "the module under another name, beside the module abc",
        "before": """
            import abc
            import collections as c

            class Table(c.Mapping, metaclass=abc.ABCMeta):
                rows = c.deque()
        """,
        "after": """
            import abc
            import collections as c
            from collections import abc as collections_abc

            class Table(collections_abc.Mapping, metaclass=abc.ABCMeta):
                rows = c.deque()
        """,
    },
    {
        "name": "a try that chooses between both",
        "before": """
            try:
                from collections.abc import Mapping
            except ImportError:
                from collections import Mapping
        """,
        "skips": 1,
    },
    {
        "name": "an if that chooses between both",
        "before": """
            import six

            if six.PY2:
                from collections import Mapping, OrderedDict
            else:
                from collections import OrderedDict
                from collections.abc import Mapping
        """,
        "skips": 1,
    },
    {
        "name": "a module that is one or the other",
        "before": """
            try:
                import collections.abc as collections_abc
            except ImportError:
                import collections as collections_abc

            kinds = collections_abc.Mapping
        """,
        "skips": 0,
    },
    {
        "name": "what is still in collections",
        "before": """
            import collections
            from collections import OrderedDict, namedtuple

            counts = collections.Counter(), collections.abc
        """,
    },
    {
        "name": "modules that only look like it",
        "before": """
            from .collections import Mapping
            from mylib import collections
            from mylib.collections import Sequence

            kinds = Mapping, collections.Iterable, Sequence, self.collections.Set
        """,
    },
    {
        "name": "a comment in a list of which only a part would move",
        "before": """
            from collections import (
                Mapping,  # read
                OrderedDict,
            )
        """,
        "skips": 1,
    },
    {
        "name": "an import that shares its line, and a string",
        "before": """
            from collections import Mapping; kinds = "collections.Mapping"
        """,
        "skips": 2,
    },
]

ABSTRACT = frozenset(name.rpartition(".")[2] for name in TARGETS)
#: Comments that speak to a tool about the line on which they stand.
DIRECTIVE = re.compile(r"#\s*(noqa|type:|pylint:|pragma:|pyright:|nosec)")


class CollectionsAbc(Transform):
    DESCRIPTION = "Take the abstract base classes from collections.abc."

    def __init__(self, context: CodemodContext) -> None:
        super().__init__(context)
        #: Imports that stay as they are.
        self.kept: set[cst.ImportFrom] = set()

    # What stays

    def visit_Try(self, node: cst.Try) -> None:
        self.keep_alternatives(node)

    def visit_If(self, node: cst.If) -> None:
        self.keep_alternatives(node)

    def keep_alternatives(self, node: cst.Try | cst.If) -> None:
        """Leave the imports of a statement alone that imports from the new module already."""
        found = Imports()
        node.visit(found)
        if any(is_from(each, "collections.abc") for each in found.statements):
            for each in found.statements:
                self.keep(each, "an alternative to an import from collections.abc")

    def visit_SimpleStatementLine(self, node: cst.SimpleStatementLine) -> None:
        for each in node.body:
            if not isinstance(each, cst.ImportFrom):
                continue
            if len(node.body) > 1:
                self.keep(each, "an import that shares its line with other statements")
            if others(each) and "#" in self.module.code_for_node(each):
                self.keep(each, "only a part of a list with comments in it would move")

    def visit_SimpleStatementSuite(self, node: cst.SimpleStatementSuite) -> None:
        for each in node.body:
            if isinstance(each, cst.ImportFrom):
                self.keep(each, "an import that shares its line with other statements")

    def keep(self, node: cst.ImportFrom, reason: str) -> None:
        """Leave an import as it is, and list it if it would move."""
        if moving(node) and node not in self.kept:
            self.kept.add(node)
            self.skip(node, reason)

    def visit_SimpleString(self, node: cst.SimpleString) -> None:
        self.skip_mention(node, *TARGETS)

    # What changes

    def leave_SimpleStatementLine(
        self, original_node: cst.SimpleStatementLine, updated_node: cst.SimpleStatementLine
    ) -> cst.SimpleStatementLine | cst.FlattenSentinel[cst.SimpleStatementLine]:
        statement = updated_node.body[0]
        if not isinstance(statement, cst.ImportFrom) or original_node.body[0] in self.kept or not moving(statement):
            return updated_node
        module = cst.Attribute(value=cst.Name("collections"), attr=cst.Name("abc"))
        moved = statement.with_changes(module=module, names=ended(moving(statement), like=statement))
        if not others(statement):
            return updated_node.with_changes(body=[moved])
        stays = statement.with_changes(names=ended(others(statement), like=statement))
        comment = updated_node.trailing_whitespace.comment
        is_directive = comment is not None and DIRECTIVE.match(comment.value)
        second = cst.SimpleStatementLine(
            body=[moved],
            trailing_whitespace=updated_node.trailing_whitespace if is_directive else cst.TrailingWhitespace(),
        )
        return cst.FlattenSentinel([updated_node.with_changes(body=[stays]), second])

    def leave_Attribute(self, original_node: cst.Attribute, updated_node: cst.Attribute) -> cst.BaseExpression:
        name = original_node.attr.value
        if name not in ABSTRACT:
            return updated_node
        old, new = f"collections.{name}", f"collections.abc.{name}"
        if new in self.qualified(original_node):
            return updated_node  # it is the one or the other, and works
        return self.move_reference(original_node, updated_node, old, to=new)


class Imports(cst.CSTVisitor):
    """Every ``from … import …`` inside of a node."""

    def __init__(self) -> None:
        super().__init__()
        self.statements: list[cst.ImportFrom] = []

    def visit_ImportFrom(self, node: cst.ImportFrom) -> None:
        self.statements.append(node)


def is_from(node: cst.ImportFrom, module: str) -> bool:
    """Whether an import is of names of a module."""
    if node.relative or node.module is None:
        return False
    return cst.Module(body=[]).code_for_node(node.module) == module


def moving(node: cst.ImportFrom) -> list[cst.ImportAlias]:
    """List the classes that an import takes from where they no longer are."""
    if isinstance(node.names, cst.ImportStar) or not is_from(node, "collections"):
        return []
    return [alias for alias in node.names if alias.name.value in ABSTRACT]


def others(node: cst.ImportFrom) -> list[cst.ImportAlias]:
    """List what else an import takes from there."""
    if isinstance(node.names, cst.ImportStar):
        return []
    return [alias for alias in node.names if alias not in moving(node)]


def ended(names: Sequence[cst.ImportAlias], *, like: cst.ImportFrom) -> list[cst.ImportAlias]:
    """End a part of a list of imports as the whole list ended."""
    if isinstance(like.names, cst.ImportStar) or names[-1] is like.names[-1]:
        return list(names)
    return [*names[:-1], names[-1].with_changes(comma=like.names[-1].comma)]
