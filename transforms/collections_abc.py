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
from libcst.metadata import Assignment, ImportAssignment

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
        "name": "imports that share their line, one of them in a function",
        "before": """
            import collections, sys; kinds = collections.Mapping, collections.deque

            def is_many(value):
                import collections  # late
                return isinstance(value, collections.Iterable)
        """,
        "after": """
            import collections, collections.abc, sys; kinds = collections.abc.Mapping, collections.deque

            def is_many(value):
                import collections.abc  # late
                return isinstance(value, collections.abc.Iterable)
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
        self.kept: set[cst.BaseSmallStatement] = set()
        #: ``collections.Mapping`` and the like.
        self.moved: set[cst.Attribute] = set()
        #: The imports through which these are reached, and whether the file needs ``import collections`` besides.
        self.plain: dict[cst.BaseSmallStatement, bool] = {}
        #: Of these, the ones that share their line with other imports or statements.
        self.shared: set[cst.BaseSmallStatement] = set()

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
            if len(node.body) > 1 or (isinstance(each, cst.Import) and len(each.names) > 1):
                self.shared.add(each)
            if not isinstance(each, cst.ImportFrom):
                continue
            if len(node.body) > 1:
                self.keep(each, "an import that shares its line with other statements")
            if others(each) and "#" in self.module.code_for_node(each):
                self.keep(each, "only a part of a list with comments in it would move")

    def visit_SimpleStatementSuite(self, node: cst.SimpleStatementSuite) -> None:
        for each in node.body:
            self.shared.add(each)
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
        original, statement = original_node.body[0], updated_node.body[0]
        if isinstance(statement, cst.Import) and self.plain.get(original) and original not in self.shared:
            stays = statement.with_changes(names=[cst.ImportAlias(name=cst.Name("collections"))])
            return followed(updated_node.with_changes(body=[stays]), statement)
        if not isinstance(statement, cst.ImportFrom) or original in self.kept or not moving(statement):
            return updated_node
        moved = statement.with_changes(module=abc_module(), names=ended(moving(statement), like=statement))
        if not others(statement):
            return updated_node.with_changes(body=[moved])
        stays = statement.with_changes(names=ended(others(statement), like=statement))
        return followed(updated_node.with_changes(body=[stays]), moved)

    def leave_Import(self, original_node: cst.Import, updated_node: cst.Import) -> cst.Import:
        if original_node not in self.plain:
            return updated_node
        names: list[cst.ImportAlias] = []
        for alias in updated_node.names:
            is_ours = alias.name.value == "collections" and alias.asname is None
            if is_ours and self.plain[original_node] and original_node in self.shared:
                names.append(cst.ImportAlias(name=cst.Name("collections")))
            names.append(alias.with_changes(name=abc_module()) if is_ours else alias)
        return updated_node.with_changes(names=names)

    def leave_Attribute(self, original_node: cst.Attribute, updated_node: cst.Attribute) -> cst.BaseExpression:
        name = original_node.attr.value
        if name not in ABSTRACT:
            return updated_node
        if original_node in self.moved:
            return updated_node.with_changes(value=abc_module())
        old, new = f"collections.{name}", f"collections.abc.{name}"
        if new in self.qualified(original_node):
            return updated_node  # it is the one or the other, and works
        return self.move_reference(original_node, updated_node, old, to=new)

    # Attributes of `collections` itself, and its imports

    def visit_Module(self, node: cst.Module) -> None:
        found = Attributes()
        node.visit(found)
        self.moved = {each for each in found.nodes if self.is_moved(each)}
        roots = {each.value for each in self.moved}
        for root in roots:
            assignments = self.assignments_of(root)
            imported = {alias.evaluated_name for each in assignments for alias in each.node.names if not alias.asname}
            for assignment in assignments if "collections.abc" not in imported else ():
                accessed = {first_of(access.node) for access in assignment.references}
                self.plain[assignment.node] = not accessed <= roots

    def is_moved(self, node: cst.Attribute) -> bool:
        """Whether an attribute is one of the classes, reached through ``import collections``."""
        is_ours = self.refers_to(node, f"collections.{node.attr.value}")
        return is_ours and all(isinstance(each.node, cst.Import) for each in self.assignments_of(node.value))

    def assignments_of(self, node: cst.BaseExpression) -> list[Assignment | ImportAssignment]:
        """List what binds the variable that a name is."""
        variable = self.names.scopes.variable(node) if isinstance(node, cst.Name) else None
        return [each for each in variable.assignments if hasattr(each, "node")] if variable else []


class Attributes(cst.CSTVisitor):
    """Every attribute of a name ``collections`` that is called like one of the classes."""

    def __init__(self) -> None:
        super().__init__()
        self.nodes: list[cst.Attribute] = []

    def visit_Attribute(self, node: cst.Attribute) -> None:
        is_of_module = isinstance(node.value, cst.Name) and node.value.value == "collections"
        if is_of_module and node.attr.value in ABSTRACT:
            self.nodes.append(node)


class Imports(cst.CSTVisitor):
    """Every ``from … import …`` inside of a node."""

    def __init__(self) -> None:
        super().__init__()
        self.statements: list[cst.ImportFrom] = []

    def visit_ImportFrom(self, node: cst.ImportFrom) -> None:
        self.statements.append(node)


def abc_module() -> cst.Attribute:
    """Make the name of the new module."""
    return cst.Attribute(value=cst.Name("collections"), attr=cst.Name("abc"))


def first_of(node: cst.CSTNode) -> cst.CSTNode:
    """Give the first name of ``a.b.c``."""
    return first_of(node.value) if isinstance(node, cst.Attribute) else node


def followed(
    line: cst.SimpleStatementLine, statement: cst.BaseSmallStatement
) -> cst.FlattenSentinel[cst.SimpleStatementLine]:
    """Put an import on the line after another, with the comment of that if it speaks to a tool."""
    comment = line.trailing_whitespace.comment
    is_directive = comment is not None and DIRECTIVE.match(comment.value)
    space = line.trailing_whitespace.deep_clone() if is_directive else cst.TrailingWhitespace()
    return cst.FlattenSentinel([line, cst.SimpleStatementLine(body=[statement], trailing_whitespace=space)])


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
