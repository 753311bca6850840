# /// script
# requires-python = ">=3.11"
# dependencies = ["libcst>=1.9"]
#
# [tool.autotransform]
# format = 1
# request = "call warning() on loggers instead of the deprecated warn()"
# ///
"""Replace ``logger.warn(…)`` by ``logger.warning(…)``.

``warn`` has been a deprecated name of the same method since Python 3.3. It is renamed on
``logging`` itself, and on what certainly is a logger: a call of ``logging.getLogger``, or a variable or an attribute
of ``self`` that this file binds to one and to nothing else but ``None``, or a variable that is annotated as a logger.
``from logging import warn`` is renamed with its uses.
Where a name only looks like that of a logger (``log``, ``logger``, ``self.logger``), but comes from somewhere else,
the call is left alone and listed: other packages have loggers, too, and not all of them have ``warning``.
``warnings.warn`` and any other ``warn`` are left alone. So is what is a logger by its class alone, where a class of the
file has a ``warn`` of its own. Strings that name the function or the method are listed.
"""

from __future__ import annotations

import re
from typing import TypeGuard

import libcst as cst
from libcst.codemod import CodemodContext

from autotransform.codemod import Transform

MENTIONS = ["warn"]
TARGETS = ["logging.warn", "logging.Logger.warn", "logging.LoggerAdapter.warn"]

CASES = [
    {
        "name": "a logger of the module, used in a function",
        "before": """
            import logging

            logger = logging.getLogger(__name__)

            def f():
                logger.warn("no %s", "luck", exc_info=True)
        """,
        "after": """
            import logging

            logger = logging.getLogger(__name__)

            def f():
                logger.warning("no %s", "luck", exc_info=True)
        """,
    },
    {
        "name": "the module itself, and a call of getLogger",
        "before": """
            import logging as l
            from logging import getLogger

            l.warn("first")
            getLogger().warn("second"), l.getLogger("a").getChild("b").warn("third")
        """,
        "after": """
            import logging as l
            from logging import getLogger

            l.warning("first")
            getLogger().warning("second"), l.getLogger("a").getChild("b").warning("third")
        """,
    },
    {
        "name": "the function is imported by name",
        "before": """
            from logging import info, warn

            warn("no luck")
        """,
        "after": """
            from logging import info, warning

            warning("no luck")
        """,
    },
    {
        "name": "an attribute of self and of the class",
        "before": """
            import logging

            class Client:
                log = logging.getLogger("client")

                def __init__(self):
                    self._logger = logging.getLogger("client.wire")

                def f(self):
                    self._logger.warn("first")
                    self.log.warn("second")
        """,
        "after": """
            import logging

            class Client:
                log = logging.getLogger("client")

                def __init__(self):
                    self._logger = logging.getLogger("client.wire")

                def f(self):
                    self._logger.warning("first")
                    self.log.warning("second")
        """,
    },
    {
        "name": "a parameter that is annotated",
        "before": """
            import logging

            def f(logger: logging.Logger, adapter: logging.LoggerAdapter) -> None:
                logger.warn("first")
                adapter.warn("second")
        """,
        "after": """
            import logging

            def f(logger: logging.Logger, adapter: logging.LoggerAdapter) -> None:
                logger.warning("first")
                adapter.warning("second")
        """,
    },
    {
        "name": "warnings, whatever they are called",
        "before": """
            import warnings as logging
            from warnings import warn

            logging.warn("old"), warn("old")
        """,
    },
    {
        "name": "a logger from somewhere else",
        "before": """
            from mylib import logger

            logger.warn("no luck"), self.log.warn("no luck")
        """,
        "skips": 2,
    },
    {
        "name": "a parameter that may be any logger",
        "before": """
            import logging

            logger = logging.getLogger(__name__)

            def f(logger):
                logger.warn("no luck")
        """,
        "skips": 1,
    },
    {
        "name": "a logger that is bound late",
        "before": """
            import logging

            log = None

            def start():
                global log
                log = logging.getLogger("app")
                log.warn("started"), logging.root.warn("started")
        """,
        "after": """
            import logging

            log = None

            def start():
                global log
                log = logging.getLogger("app")
                log.warning("started"), logging.root.warning("started")
        """,
    },
    {
        "name": "a variable that is bound twice",
        "before": """
            import logging

            logger = logging.getLogger(__name__)
            if quiet:
                logger = Quiet()
            logger.warn("no luck")
        """,
        "skips": 1,
    },
    {
        "name": "an attribute that another method binds to something else",
        "before": """
            import logging

            class Client:
                def __init__(self):
                    self.logger = logging.getLogger("client")

                def use(self, logger):
                    self.logger = logger

                def f(self):
                    self.logger.warn("no luck")
        """,
        "skips": 1,
    },
    {
        "name": "an attribute of another class",
        "before": """
            import logging

            class Client:
                def __init__(self):
                    self.logger = logging.getLogger("client")

            class Server:
                def f(self):
                    self.logger.warn("no luck")
        """,
        "skips": 1,
    },
    {
        "name": "methods of something else",
        "before": """
            import logging

            logger = logging.getLogger(__name__)
            logger.warning("fine"), parser.warn("no luck"), self.warn("no luck"), catalog.warn("no luck")
        """,
        "skips": 0,
    },
    {
        "name": "a logger with a warn of its own, and a string",
        "before": """
            import logging

            class Loud(logging.Logger):
                def warn(self, text):
                    print(text)

                def f(self):
                    self.warn("logging.warn")
        """,
        "skips": 1,
    },
    {
        "name": "a class of its own with a method warn",
        "before": """
            class Logger:
                def warn(self, text):
                    print(text)

                def f(self):
                    self.warn("no luck")
        """,
    },
]

FUNCTION = "logging.warn"
METHODS = ["logging.Logger.warn", "logging.LoggerAdapter.warn"]
#: Calls of these make a logger.
MAKERS = ["logging.getLogger", "logging.Logger", "logging.LoggerAdapter", "multiprocessing.get_logger"]
LOOKS_LIKE_LOGGER = re.compile(r"(^|_)log(ger|ging)?$", re.IGNORECASE)


class LoggerWarn(Transform):
    DESCRIPTION = "Replace logger.warn() by logger.warning()."

    def __init__(self, context: CodemodContext) -> None:
        super().__init__(context)
        #: The classes around the current node, innermost last.
        self.classes: list[cst.ClassDef] = []
        #: What each class binds to its attributes.
        self.bound: dict[cst.ClassDef, Bindings] = {}
        #: Whether a class of this file has a ``warn`` of its own.
        self.defines_warn = False

    def visit_Module(self, node: cst.Module) -> None:
        found = Methods()
        node.visit(found)
        self.defines_warn = "warn" in found.names

    def visit_SimpleString(self, node: cst.SimpleString) -> None:
        self.skip_mention(node, *TARGETS)

    def visit_ClassDef(self, node: cst.ClassDef) -> None:
        self.classes.append(node)

    def leave_ClassDef(self, original_node: cst.ClassDef, updated_node: cst.ClassDef) -> cst.ClassDef:
        self.classes.pop()
        return updated_node

    def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.Name:
        return self.rename(original_node, updated_node, FUNCTION, to="warning")

    def leave_ImportAlias(self, original_node: cst.ImportAlias, updated_node: cst.ImportAlias) -> cst.ImportAlias:
        return self.rename(original_node, updated_node, FUNCTION, to="warning")

    def leave_Attribute(self, original_node: cst.Attribute, updated_node: cst.Attribute) -> cst.Attribute:
        if original_node.attr.value != "warn" or self.refers_to(original_node, "warnings.warn"):
            return updated_node
        if self.refers_to(original_node, *TARGETS) or self.is_logger(original_node.value):
            return updated_node.with_changes(attr=cst.Name("warning"))
        if self.is_member(original_node, *METHODS) and not self.defines_warn:
            return updated_node.with_changes(attr=cst.Name("warning"))
        if LOOKS_LIKE_LOGGER.search(last_name(original_node.value)):
            self.skip(original_node, "it may be a logger, but where it comes from does not show here")
        return updated_node

    def is_logger(self, node: cst.BaseExpression) -> bool:
        """Whether an expression is a logger for certain."""
        if isinstance(node, cst.Call):
            child = isinstance(node.func, cst.Attribute) and node.func.attr.value == "getChild"
            return self.is_logger(node.func.value) if child else self.refers_to(node.func, *MAKERS)
        if is_own(node):
            return self.is_logger_of_class(node.attr.value)
        return self.refers_to(node, "logging.root") or (isinstance(node, cst.Name) and self.is_logger_variable(node))

    def is_logger_variable(self, node: cst.Name) -> bool:
        """Whether everything that binds a variable binds it to a logger."""
        variable = self.names.scopes.variable(node)
        if variable is None:
            return False
        return self.are_loggers([self.value_of(getattr(each, "node", None)) for each in variable.assignments])

    def are_loggers(self, values: list[cst.BaseExpression | None]) -> bool:
        """Whether what something is bound to are loggers; ``None`` before there is one does not matter."""
        values = [value for value in values if not (isinstance(value, cst.Name) and value.value == "None")]
        return bool(values) and all(isinstance(value, cst.Call) and self.is_logger(value) for value in values)

    def value_of(self, target: cst.CSTNode | None) -> cst.BaseExpression | None:
        """Give what an assignment binds a name to; ``None`` for any other binding."""
        parent = self.names.scopes.parent(target) if target is not None else None
        if isinstance(parent, cst.AssignTarget):
            parent = self.names.scopes.parent(parent)
        return parent.value if isinstance(parent, cst.Assign | cst.AnnAssign) else None

    def is_logger_of_class(self, name: str) -> bool:
        """Whether everything that the class around binds an attribute to is a logger."""
        if not self.classes:
            return False
        around = self.classes[-1]
        if around not in self.bound:
            self.bound[around] = Bindings()
            around.body.visit(self.bound[around])
        return self.are_loggers(self.bound[around].values.get(name, []))


class Bindings(cst.CSTVisitor):
    """What the body of a class and its methods bind to each attribute; ``None`` where that is no plain value."""

    def __init__(self) -> None:
        super().__init__()
        self.values: dict[str, list[cst.BaseExpression | None]] = {}
        self.functions = 0

    def visit_ClassDef(self, node: cst.ClassDef) -> bool:
        self.note(node.name, None)
        return False

    def visit_FunctionDef(self, node: cst.FunctionDef) -> None:
        if not self.functions:
            self.note(node.name, None)
        self.functions += 1

    def leave_FunctionDef(self, original_node: cst.FunctionDef) -> None:
        self.functions -= 1

    def visit_Assign(self, node: cst.Assign) -> None:
        for target in node.targets:
            self.note(target.target, node.value)

    def visit_AnnAssign(self, node: cst.AnnAssign) -> None:
        if node.value is not None:
            self.note(node.target, node.value)

    def visit_AugAssign(self, node: cst.AugAssign) -> None:
        self.note(node.target, None)

    def visit_For(self, node: cst.For) -> None:
        self.note(node.target, None)

    def visit_AsName(self, node: cst.AsName) -> None:
        self.note(node.name, None)

    def note(self, target: cst.BaseExpression, value: cst.BaseExpression | None) -> None:
        """Note what a name in the body of the class, or an attribute of ``self`` or ``cls``, is bound to."""
        if isinstance(target, cst.Tuple | cst.List):
            for element in target.elements:
                self.note(element.value, None)
        elif isinstance(target, cst.Name) and not self.functions:
            self.values.setdefault(target.value, []).append(value)
        elif is_own(target):
            self.values.setdefault(target.attr.value, []).append(value)


class Methods(cst.CSTVisitor):
    """The names of all methods of all classes."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def visit_ClassDef(self, node: cst.ClassDef) -> None:
        self.names |= {each.name.value for each in node.body.body if isinstance(each, cst.FunctionDef)}


def is_own(node: cst.BaseExpression) -> TypeGuard[cst.Attribute]:
    """Whether an expression is an attribute of ``self`` or ``cls``."""
    return isinstance(node, cst.Attribute) and isinstance(node.value, cst.Name) and node.value.value in {"self", "cls"}


def last_name(node: cst.BaseExpression) -> str:
    """Give the name by which a value is reached; for a call, that of what is called."""
    if isinstance(node, cst.Call):
        return last_name(node.func)
    if isinstance(node, cst.Attribute):
        return node.attr.value
    return node.value if isinstance(node, cst.Name) else ""
