# /// script
# requires-python = ">=3.11"
# dependencies = ["libcst>=1.9"]
#
# [tool.autotransform]
# format = 1
# request = "use OSError instead of IOError, EnvironmentError, socket.error and the other aliases"
# ///
"""Replace ``IOError``, ``EnvironmentError``, ``socket.error`` and the like by ``OSError``.

Since Python 3.3 they are other names of ``OSError``: ``IOError``, ``EnvironmentError``, ``os.error``,
``socket.error``, ``select.error`` and ``mmap.error``. Imports that nothing uses any more go.
In an ``except`` clause, and in the second argument of ``isinstance`` and ``issubclass``, ``OSError`` then stands once;
where it is the only one left, the parentheses go: ``except (IOError, OSError):`` becomes ``except OSError:``.
It stands once, too, in a tuple that is bound to a name. Other tuples, lists and sets in which it would stand twice are
left alone and listed: their places may mean something.
Where two clauses of one ``try`` catch the same, the second has never run since Python 3.3. Both are left alone and
listed, for what was meant is for a person to say. So are clauses with comments between their exceptions, and names
that may be something else.
``WindowsError`` is left alone: elsewhere than on Windows the name does not exist, and code that uses it knows that.
Classes of the file's own called ``IOError``, and attributes called ``error`` of anything else, are left alone.
"""

from __future__ import annotations

import libcst as cst
from libcst.codemod import CodemodContext

from autotransform.codemod import Transform

MENTIONS = ["IOError", "EnvironmentError", "error"]
TARGETS = [
    "builtins.IOError",
    "builtins.EnvironmentError",
    "os.error",
    "socket.error",
    "select.error",
    "mmap.error",
]

CASES = [
    {
        "name": "builtins, one of them in a tuple of its own",
        "before": """
            try:
                read()
            except (IOError, ValueError) as error:
                raise EnvironmentError("no") from error
        """,
        "after": """
            try:
                read()
            except (OSError, ValueError) as error:
                raise OSError("no") from error
        """,
    },
    {
        "name": "only one is left of a tuple",
        "before": """
            import socket

            try:
                read()
            except (IOError, OSError, socket.error):  # noqa: B014
                pass
        """,
        "after": """
            try:
                read()
            except OSError:  # noqa: B014
                pass
        """,
    },
    {
        "name": "two are left of a tuple",
        "before": """
            import socket

            try:
                read()
            except (OSError, socket.timeout, socket.error):
                pass
        """,
        "after": """
            import socket

            try:
                read()
            except (OSError, socket.timeout):
                pass
        """,
    },
    {
        "name": "imported by name, under another name",
        "before": """
            from select import error as select_error, select
            from socket import error

            fails = isinstance(e, (error, select_error)), select(), pytest.raises((error, KeyError))
        """,
        "after": """
            from select import select

            fails = isinstance(e, OSError), select(), pytest.raises((OSError, KeyError))
        """,
    },
    {
        "name": "a space before the parentheses is missing",
        "before": """
            try:
                read()
            except(IOError, OSError):
                pass
        """,
        "after": """
            try:
                read()
            except OSError:
                pass
        """,
    },
    {
        "name": "a base class, a list, and a tuple that has a name",
        "before": """
            class Broken(IOError):
                causes = [IOError, KeyError]

            ERRORS = (IOError, OSError)
        """,
        "after": """
            class Broken(OSError):
                causes = [OSError, KeyError]

            ERRORS = (OSError,)
        """,
    },
    {
        "name": "a later clause that would catch the same",
        "before": """
            try:
                read()
            except IOError:
                retry()
            except OSError:
                raise
        """,
        "skips": 1,
    },
    {
        "name": "both clauses hold an alias",
        "before": """
            import socket

            try:
                read()
            except (socket.error, ValueError):
                retry()
            except EnvironmentError:
                raise
        """,
        "skips": 2,
    },
    {
        "name": "lists and tuples in which places may mean something",
        "before": """
            @pytest.mark.parametrize("error", [IOError, OSError])
            @pytest.mark.parametrize(("raised", "caught"), [(IOError, EnvironmentError)])
            def test_it(error, raised, caught): ...
        """,
        "skips": 3,
    },
    {
        "name": "comments between the exceptions",
        "before": """
            try:
                read()
            except (
                IOError,  # Windows
                OSError,  # everything else
            ):
                pass
        """,
        "skips": 1,
    },
    {
        "name": "a class of its own called IOError",
        "before": """
            from mylib import EnvironmentError

            class IOError(Exception):
                pass

            errors = IOError, EnvironmentError
        """,
    },
    {
        "name": "errors of something else",
        "before": """
            import socket

            self.error = parser.error, logging.error, socket.timeout, self.socket.error
        """,
    },
    {
        "name": "it may be something else",
        "before": """
            try:
                from gevent.socket import error
            except ImportError:
                from socket import error

            raise error("closed")
        """,
        "skips": 1,
    },
    {
        "name": "OSError is something else in this file",
        "before": """
            from mylib import OSError

            raise IOError("no")
        """,
        "skips": 1,
    },
    {
        "name": "WindowsError is there on Windows alone, and strings are strings",
        "before": """
            try:
                read("IOError")
            except WindowsError:
                pass
        """,
    },
]
OS_ERROR = "builtins.OSError"


class OsErrorAliases(Transform):
    DESCRIPTION = "Replace the aliases of OSError by OSError."

    def __init__(self, context: CodemodContext) -> None:
        super().__init__(context)
        #: Names and attributes that stay as they are.
        self.kept: set[cst.BaseExpression] = set()

        #: Tuples in which one exception need not stand twice.
        self.groups: set[cst.BaseExpression] = set()
        #: The names that may stand for an alias: two builtins, and whatever the file imports.
        self.candidates = {"IOError", "EnvironmentError"}

    # What stays

    def visit_Module(self, node: cst.Module) -> None:
        found = Imported()
        node.visit(found)
        self.candidates |= found.names

    def visit_Import(self, node: cst.Import) -> bool:
        return False  # imports are mended by drop_import

    def visit_ImportFrom(self, node: cst.ImportFrom) -> bool:
        return False

    def visit_SimpleString(self, node: cst.SimpleString) -> None:
        self.skip_mention(node, *TARGETS)

    def visit_Try(self, node: cst.Try) -> None:
        catching = [handler for handler in node.handlers if self.catches(handler)]
        if len(catching) > 1:
            for handler in catching:
                self.keep(caught(handler), "another clause of this `try` catches the same")

    def visit_ExceptHandler(self, node: cst.ExceptHandler) -> None:
        self.note_group(node.type)

    def visit_Call(self, node: cst.Call) -> None:
        if self.checks_class(node):
            self.note_group(node.args[1].value)

    def visit_Assign(self, node: cst.Assign) -> None:
        if self.is_group(node):
            self.note_group(node.value)

    def visit_Tuple(self, node: cst.Tuple) -> None:
        self.keep_places(node)

    def visit_List(self, node: cst.List) -> None:
        self.keep_places(node)

    def visit_Set(self, node: cst.Set) -> None:
        self.keep_places(node)

    def keep_places(self, node: cst.Tuple | cst.List | cst.Set) -> None:
        """Leave exceptions alone that stand beside each other for a reason that does not show."""
        if node not in self.groups and self.repeats(node):
            self.keep([element.value for element in node.elements], "`OSError` would stand here twice")

    def is_group(self, node: cst.Assign) -> bool:
        """Whether an assignment gives a name to a tuple of exceptions."""
        return all(isinstance(each.target, cst.Name | cst.Attribute) for each in node.targets)

    def note_group(self, node: cst.BaseExpression | None) -> None:
        """Note a tuple in which one exception need not stand twice; leave it if a comment would go along."""
        if node is not None:
            self.groups.add(node)
        if isinstance(node, cst.Tuple) and self.has_comment(node) and self.repeats(node):
            self.keep([element.value for element in node.elements], "comments between exceptions that are the same")

    def keep(self, nodes: list[cst.BaseExpression], reason: str) -> None:
        """Leave exceptions as they are, and list each of the aliases."""
        for each in nodes:
            if self.refers_to(each, *TARGETS) and each not in self.kept:
                self.keep_one(each, reason)

    def checks_class(self, node: cst.Call) -> bool:
        """Whether a call is of ``isinstance`` or ``issubclass``, with the two arguments that they take."""
        if len(node.args) != len(("value", "classes")) or any(each.keyword or each.star for each in node.args):
            return False
        return self.refers_to(node.func, "builtins.isinstance", "builtins.issubclass")

    def catches(self, handler: cst.ExceptHandler) -> bool:
        """Whether a clause catches ``OSError``, under whatever name."""
        return any(self.refers_to(each, OS_ERROR, *TARGETS) for each in caught(handler))

    def repeats(self, node: cst.Tuple | cst.List | cst.Set) -> bool:
        """Whether a tuple or the like holds ``OSError`` more than once, at least once under another name."""
        values = [element.value for element in node.elements]
        aliases = sum(self.is_replaced(each) for each in values)
        return aliases > 0 and aliases + sum(self.refers_to(each, OS_ERROR) for each in values) > 1

    def has_comment(self, node: cst.Tuple) -> bool:
        """Whether a comment stands inside of a tuple."""
        return "#" in self.module.code_for_node(node)

    # What changes

    def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.BaseExpression:
        return self.replaced(original_node, updated_node)

    def leave_Attribute(self, original_node: cst.Attribute, updated_node: cst.Attribute) -> cst.BaseExpression:
        return self.replaced(original_node, updated_node)

    def replaced(
        self, original_node: cst.Name | cst.Attribute, updated_node: cst.Name | cst.Attribute
    ) -> cst.BaseExpression:
        """Give what to write instead of a node that stands for an alias, and see to its import."""
        if not self.is_replaced(original_node):
            return updated_node
        self.drop_imports_of(original_node)
        return cst.Name("OSError", lpar=updated_node.lpar, rpar=updated_node.rpar)

    def is_replaced(self, node: cst.BaseExpression) -> bool:
        """Whether a node of the original tree becomes ``OSError``."""
        if node in self.kept or not isinstance(node, cst.Name | cst.Attribute):
            return False
        if "*" not in self.candidates and first_name(node) not in self.candidates:
            return False
        if not self.refers_to(node, *TARGETS):
            if self.may_refer_to(node, *TARGETS):
                self.keep_one(node, "it may be another exception")
            return False
        variable = self.names.scopes.find("OSError", scope=self.names.scopes.scope(node))
        if variable is None or not variable.is_builtin:
            self.keep_one(node, "`OSError` is something else here")
            return False
        return True

    def keep_one(self, node: cst.BaseExpression, reason: str) -> None:
        """Leave a name as it is, and list it."""
        self.kept.add(node)
        self.skip(node, reason)

    def drop_imports_of(self, node: cst.Name | cst.Attribute) -> None:
        """Remove the import through which a name was reached, be it of a module that passes it on."""
        for dotted in sorted(self.names.qualified(node)):
            parts = dotted.split(".")
            for length in range(1, len(parts)):
                self.drop_import(".".join(parts[:length]), parts[length])
                self.drop_import(".".join(parts[:length]))

    def leave_ExceptHandler(
        self, original_node: cst.ExceptHandler, updated_node: cst.ExceptHandler
    ) -> cst.ExceptHandler:
        if not (isinstance(original_node.type, cst.Tuple) and isinstance(updated_node.type, cst.Tuple)):
            return updated_node
        once = self.once(original_node.type, updated_node.type)
        space = updated_node.whitespace_after_except
        return updated_node.with_changes(
            type=once, whitespace_after_except=cst.SimpleWhitespace(" ") if space.empty else space
        )

    def leave_Call(self, original_node: cst.Call, updated_node: cst.Call) -> cst.Call:
        if not self.checks_class(original_node):
            return updated_node
        original, updated = original_node.args[1], updated_node.args[1]
        if not (isinstance(original.value, cst.Tuple) and isinstance(updated.value, cst.Tuple)):
            return updated_node
        once = updated.with_changes(value=self.once(original.value, updated.value))
        return updated_node.with_changes(args=[updated_node.args[0], once])

    def once(self, original: cst.Tuple, updated: cst.Tuple) -> cst.BaseExpression:
        """Give a tuple of exceptions in which ``OSError`` stands once; what is left, where that is one."""
        if not self.repeats(original):
            return updated
        is_ours = [self.is_replaced(each.value) or self.refers_to(each.value, OS_ERROR) for each in original.elements]
        first = is_ours.index(True)
        left = [
            element for position, element in enumerate(updated.elements) if position == first or not is_ours[position]
        ]
        if len(left) == 1:
            return left[0].value
        left[-1] = left[-1].with_changes(comma=updated.elements[-1].comma)
        return updated.with_changes(elements=left)

    def leave_Assign(self, original_node: cst.Assign, updated_node: cst.Assign) -> cst.Assign:
        if not (self.is_group(original_node) and isinstance(original_node.value, cst.Tuple)):
            return updated_node
        if not isinstance(updated_node.value, cst.Tuple) or not self.repeats(original_node.value):
            return updated_node
        once = self.once(original_node.value, updated_node.value)
        if not isinstance(once, cst.Tuple):
            once = cst.Tuple(elements=[cst.Element(value=once, comma=cst.Comma())])
        return updated_node.with_changes(value=once)


class Imported(cst.CSTVisitor):
    """The names that imports bind; a star for what cannot be seen."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def visit_ImportAlias(self, node: cst.ImportAlias) -> None:
        self.names.add((node.evaluated_alias or node.evaluated_name).partition(".")[0])

    def visit_ImportStar(self, node: cst.ImportStar) -> None:
        self.names.add("*")


def first_name(node: cst.BaseExpression) -> str:
    """Give the first name of ``a.b.c``; empty for anything else."""
    if isinstance(node, cst.Attribute):
        return first_name(node.value)
    return node.value if isinstance(node, cst.Name) else ""


def caught(handler: cst.ExceptHandler) -> list[cst.BaseExpression]:
    """List the exceptions that a clause names."""
    if isinstance(handler.type, cst.Tuple):
        return [element.value for element in handler.type.elements]
    return [handler.type] if handler.type is not None else []
