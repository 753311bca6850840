# /// script
# requires-python = ">=3.11"
# dependencies = ["libcst>=1.9"]
#
# [tool.autotransform]
# format = 1
# request = "write list[int] instead of typing.List[int], as PEP 585 has it"
# ///
"""Write ``list[int]`` instead of ``typing.List[int]``, as PEP 585 has it.

``List``, ``Dict``, ``Set``, ``FrozenSet``, ``Tuple`` and ``Type`` of ``typing`` become the builtins; ``Deque``,
``DefaultDict``, ``OrderedDict``, ``Counter`` and ``ChainMap`` become the classes of ``collections``. Imports are added
and removed as that needs it. The code then needs Python 3.9.
They change in annotations, and wherever they take type arguments: ``cast(List[int], …)``, ``Rows = List[Row]``.
Elsewhere they are values that code may compare or look up, such as in ``origin is List``: left alone and listed.
Left alone and listed, too, are

- places where ``list`` or ``type`` is something else, such as in a class with a method called ``list``;
- comparisons;
- base classes with arguments that may be type variables: with ``List[T]`` as its base a class is generic when it runs,
  with ``list[T]`` it is not.

Annotations in strings and type comments change like any other, but that what would become a class of ``collections``
stays there, with its import.

``Iterable``, ``Callable``, ``Mapping`` and the other abstract classes are left alone: ``typing`` goes on having them
under the same names. So are ``Pattern``, ``Match`` and the context managers.
"""

from __future__ import annotations

import re

import libcst as cst
from libcst.codemod import CodemodContext

from autotransform.codemod import Transform

MENTIONS = ["List", "Dict", "Set", "Tuple", "Type", "Deque", "Counter", "ChainMap"]
TARGETS = [
    "typing.ChainMap",
    "typing.Counter",
    "typing.DefaultDict",
    "typing.Deque",
    "typing.Dict",
    "typing.FrozenSet",
    "typing.List",
    "typing.OrderedDict",
    "typing.Set",
    "typing.Tuple",
    "typing.Type",
]

CASES = [
    {
        "name": "annotations",
        "before": """
            from typing import Any, Dict, List, Tuple

            rows: Dict[str, List[int]] = {}  # noqa: UP006

            def f(*values: Tuple[int, ...], many: "int" = 1) -> List:
                return cast(List[Any], values)
        """,
        "after": """
            from typing import Any

            rows: dict[str, list[int]] = {}  # noqa: UP006

            def f(*values: tuple[int, ...], many: "int" = 1) -> list:
                return cast(list[Any], values)
        """,
    },
    {
        "name": "through the module, beside what stays",
        "before": """
            import typing as t

            Rows = t.Optional[t.List[t.Type["Row"]]]
        """,
        "after": """
            import typing as t

            Rows = t.Optional[list[type["Row"]]]
        """,
    },
    {
        "name": "classes of collections",
        "before": """
            import typing
            from collections import deque
            from typing import DefaultDict

            counts: DefaultDict[str, int] = DefaultDict(int)
            last: typing.Deque[int] = deque()
        """,
        "after": """
            from collections import defaultdict, deque

            counts: defaultdict[str, int] = defaultdict(int)
            last: deque[int] = deque()
        """,
    },
    {
        "name": "a base class",
        "before": """
            from typing import Dict, List

            class Row:
                pass

            class Rows(List[Row], metaclass=Meta):
                by_name: Dict[str, Row]
        """,
        "after": """
            class Row:
                pass

            class Rows(list[Row], metaclass=Meta):
                by_name: dict[str, Row]
        """,
    },
    {
        "name": "a class with a method called list",
        "before": """
            from typing import List, Type

            class Client:
                type: str

                def list(self) -> List[str]:
                    return []

                def all(self, kind: Type[int]) -> List[str]:
                    return self.list()
        """,
        "skips": 3,
    },
    {
        "name": "a parameter called type does not matter to the annotations, but to the body",
        "before": """
            from typing import Type

            def f(type: Type[int], other: Type[str]) -> None:
                kind: Type[int] = type
        """,
        "after": """
            from typing import Type

            def f(type: type[int], other: type[str]) -> None:
                kind: Type[int] = type
        """,
    },
    {
        "name": "list is something else in this file",
        "before": """
            from typing import List

            from mylib import list

            rows: List[int]
        """,
        "skips": 1,
    },
    {
        "name": "values that are compared and looked up",
        "before": """
            from typing import Dict, List, Tuple

            is_list = origin is List or kind == List[int] or isinstance(value, (Dict, List))
            names = {Tuple: "tuple"}[kind], registry[List]
        """,
        "skips": 6,
    },
    {
        "name": "a generic base class",
        "before": """
            from typing import Dict, List, TypeVar

            T = TypeVar("T")

            class Rows(List[T]):
                pass

            class Table(Dict[str, "Row"]):
                pass
        """,
        "skips": 2,
    },
    {
        "name": "annotations in strings and in comments",
        "before": """
            import typing
            from typing import List, Optional

            def f(a: "List[int]", b: Optional["typing.List[str]"]):
                # type: (...) -> List[List[int]]
                rows = []  # type: List[int]  # all of them
                return rows
        """,
        "after": """
            from typing import Optional

            def f(a: "list[int]", b: Optional["list[str]"]):
                # type: (...) -> list[list[int]]
                rows = []  # type: list[int]  # all of them
                return rows
        """,
    },
    {
        "name": "strings and comments that are no annotations",
        "before": """
            from typing import Annotated, List, Literal

            # List: what type: List[int] means
            def f(kind: Literal["List"], rows: Annotated[int, "List of rows"]):
                return "List[int]", List  # type: ignore[List]
        """,
        "skips": 1,
    },
    {
        "name": "a string and a comment where list is something else",
        "before": """
            from typing import Deque, List

            class Client:
                def list(self) -> "List[str]":
                    names = []  # type: Deque[str]
                    return names

                names = []  # type: List[str]
        """,
        "skips": 2,
    },
    {
        "name": "abstract classes",
        "before": """
            from typing import Callable, Iterable, Mapping, Pattern

            def f(a: Callable[[int], str], b: Iterable[int], c: Mapping[str, Pattern[str]]): ...
        """,
    },
    {
        "name": "it may be something else",
        "before": """
            try:
                from mylib import List
            except ImportError:
                from typing import List

            rows: List[int]
        """,
        "skips": 1,
    },
    {
        "name": "everything of a module is imported",
        "before": """
            from typing import *

            rows: List[int]
        """,
        "skips": 1,
    },
    {
        "name": "classes of those names from somewhere else",
        "before": """
            from mylib import List

            class Dict:
                pass

            def f(a: List[int], b: Dict, c: nodes.Tuple): ...
        """,
    },
]

BUILTINS = {
    "typing.Dict": "dict",
    "typing.FrozenSet": "frozenset",
    "typing.List": "list",
    "typing.Set": "set",
    "typing.Tuple": "tuple",
    "typing.Type": "type",
}
COLLECTIONS = {
    "typing.ChainMap": "ChainMap",
    "typing.Counter": "Counter",
    "typing.DefaultDict": "defaultdict",
    "typing.Deque": "deque",
    "typing.OrderedDict": "OrderedDict",
}
#: Modules whose names take types in brackets.
TYPING = ("typing.", "typing_extensions.", "collections.", "builtins.")
#: What takes strings in brackets that are no types.
OTHER_BRACKETS = {
    "typing.Annotated",
    "typing.Literal",
    "typing_extensions.Annotated",
    "typing_extensions.Literal",
}
CHAIN = re.compile(r"(?<![\w.])[^\W\d]\w*(?:\.[^\W\d]\w*)*")
TYPE_COMMENT = re.compile(r"#\s*type:(?!\s*ignore\b)\s*")


class TypingBuiltins(Transform):
    DESCRIPTION = "Write list[int] instead of typing.List[int]."

    def __init__(self, context: CodemodContext) -> None:
        super().__init__(context)
        #: How many annotations, and brackets that take types, are around the current node.
        self.types = 0
        #: How many brackets around it hold strings that are no types.
        self.others = 0
        self.comparisons = 0
        #: Brackets that take types.
        self.brackets: set[cst.Subscript] = set()
        #: What stands before brackets, and what is called.
        self.subscripted: set[cst.BaseExpression] = set()
        self.called: set[cst.BaseExpression] = set()
        #: What stands before the brackets of a base class that may be generic.
        self.generic: set[cst.BaseExpression] = set()
        #: The base classes of the file.
        self.bases: set[cst.BaseExpression] = set()
        #: The names that imports bind, a star for what cannot be seen: no other can stand for one of ours.
        self.imported: set[str] = set()
        #: The dotted names of the classes of the file.
        self.classes: set[str] = set()

    # Where the walk is

    def visit_Module(self, node: cst.Module) -> None:
        found = Names()
        node.visit(found)
        self.imported = found.imported
        for each in found.classes:
            self.classes |= self.qualified(each)

    def visit_Import(self, node: cst.Import) -> bool:
        return False  # imports are mended by need_import and drop_import

    def visit_ImportFrom(self, node: cst.ImportFrom) -> bool:
        return False

    def visit_Annotation(self, node: cst.Annotation) -> None:
        self.types += 1

    def leave_Annotation(self, original_node: cst.Annotation, updated_node: cst.Annotation) -> cst.Annotation:
        self.types -= 1
        return updated_node

    def visit_Comparison(self, node: cst.Comparison) -> None:
        self.comparisons += 1

    def leave_Comparison(self, original_node: cst.Comparison, updated_node: cst.Comparison) -> cst.Comparison:
        self.comparisons -= 1
        return updated_node

    def visit_Subscript(self, node: cst.Subscript) -> None:
        self.subscripted.add(node.value)
        found = self.qualified(node.value)
        if found and all(name.startswith(TYPING) for name in found):
            self.brackets.add(node)
            self.types += 1

        if found & OTHER_BRACKETS:
            self.others += 1

    def leave_Subscript(self, original_node: cst.Subscript, updated_node: cst.Subscript) -> cst.Subscript:
        self.types -= original_node in self.brackets
        self.others -= bool(self.qualified(original_node.value) & OTHER_BRACKETS)
        return updated_node

    def visit_Call(self, node: cst.Call) -> None:
        self.called.add(node.func)

    def visit_ClassDef(self, node: cst.ClassDef) -> None:
        for base in node.bases:
            self.bases.add(base.value)
            if isinstance(base.value, cst.Subscript) and self.may_be_generic(base.value):
                self.generic.add(base.value.value)

    def may_be_generic(self, base: cst.Subscript) -> bool:
        """Whether the arguments of a base class may hold type variables."""
        found = Names()
        for element in base.slice:
            element.visit(found)
        return bool(found.strings) or not all(self.is_known_type(name) for name in found.names)

    def is_known_type(self, name: cst.Name) -> bool:
        """Whether a name is certainly no type variable."""
        found = self.qualified(name)
        return all(each.startswith(TYPING) or each in self.classes for each in found) and "typing.AnyStr" not in found

    # What changes

    def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.BaseExpression:
        return self.replaced(original_node, updated_node)

    def leave_Attribute(self, original_node: cst.Attribute, updated_node: cst.Attribute) -> cst.BaseExpression:
        return self.replaced(original_node, updated_node)

    def replaced(
        self, original_node: cst.Name | cst.Attribute, updated_node: cst.Name | cst.Attribute
    ) -> cst.BaseExpression:
        """Give what to write instead of a node that stands for one of the names, and see to the imports."""
        if "*" not in self.imported and first_name(original_node) not in self.imported:
            return updated_node
        old = next((name for name in TARGETS if self.refers_to(original_node, name)), None)
        if old is None:
            if self.may_refer_to(original_node, *TARGETS):
                self.skip(original_node, "it may be something else than typing's")
            return updated_node
        reason = self.obstacle(original_node, old)
        if reason:
            self.skip(original_node, reason)
            return updated_node
        self.drop_imports_of(self.names.qualified(original_node))
        new = BUILTINS[old] if old in BUILTINS else self.need_import("collections", COLLECTIONS[old])
        return self.expression(new).with_changes(lpar=updated_node.lpar, rpar=updated_node.rpar)

    def obstacle(self, node: cst.Name | cst.Attribute, old: str) -> str:
        """Say why a node has to stay as it is; empty where it need not."""
        if self.comparisons:
            return "a value that is compared"
        if node in self.generic:
            return "a base class that may be generic"
        is_made = node in self.called and old in COLLECTIONS
        if not (self.types or node in self.subscripted or node in self.bases or is_made):
            return "a value outside of an annotation"
        if old in BUILTINS and self.is_taken(BUILTINS[old], node):
            return f"`{BUILTINS[old]}` is something else here"
        return ""

    def is_taken(self, builtin: str, node: cst.CSTNode) -> bool:
        """Whether the name of a builtin is something else in a place."""
        variable = self.names.scopes.find(builtin, scope=self.names.scopes.scope(node))
        return variable is None or not variable.is_builtin

    def drop_imports_of(self, names: frozenset[str]) -> None:
        """Remove the import through which a name was reached, be it of a module that passes it on."""
        for dotted in sorted(names):
            parts = dotted.split(".")
            for length in range(1, len(parts)):
                self.drop_import(".".join(parts[:length]), parts[length])
                self.drop_import(".".join(parts[:length]))

    # Texts

    def leave_SimpleString(self, original_node: cst.SimpleString, updated_node: cst.SimpleString) -> cst.SimpleString:
        text = original_node.raw_value
        if not self.types or self.others or "Literal" in text or "\\" in text:
            return updated_node
        start = len(original_node.prefix) + len(original_node.quote)
        new = original_node.value[:start] + self.rewritten(original_node, text) + original_node.quote
        return updated_node.with_changes(value=new)

    def leave_Comment(self, original_node: cst.Comment, updated_node: cst.Comment) -> cst.Comment:
        found = TYPE_COMMENT.match(original_node.value)
        if found is None:
            return updated_node
        types, mark, rest = original_node.value[found.end() :].partition("#")
        new = self.rewritten(original_node, types)
        return updated_node.with_changes(value=f"{found[0]}{new}{mark}{rest}")

    def rewritten(self, node: cst.SimpleString | cst.Comment, text: str) -> str:
        """Give the types of a text by their new names."""
        return CHAIN.sub(lambda found: self.rewritten_chain(node, found[0]), text)

    def rewritten_chain(self, node: cst.SimpleString | cst.Comment, chain: str) -> str:
        """Give one dotted name of a text as it is to be."""
        first, *rest = chain.split(".")
        variable = self.names.scopes.find(first, scope=self.names.scopes.scope(node))
        if variable is None or first not in self.imported:
            return chain
        found = frozenset(".".join((name, *rest)) for name in self.names.of_variable(variable))
        news = {BUILTINS.get(name, chain) for name in self.names.canonicals(found)}
        new = news.pop() if len(news) == 1 else chain
        if new == chain:
            return chain
        if self.is_taken(new, node):
            self.skip(node, f"`{new}` is something else here")
            return chain
        self.drop_imports_of(found)
        return new


class Names(cst.CSTVisitor):
    """The names, strings and classes inside of a node, and the names that imports bind there."""

    def __init__(self) -> None:
        super().__init__()
        self.names: list[cst.Name] = []
        self.strings: list[cst.SimpleString] = []
        self.classes: list[cst.ClassDef] = []
        self.imported: set[str] = set()

    def visit_ImportAlias(self, node: cst.ImportAlias) -> None:
        self.imported.add((node.evaluated_alias or node.evaluated_name).partition(".")[0])

    def visit_ImportStar(self, node: cst.ImportStar) -> None:
        self.imported.add("*")

    def visit_Name(self, node: cst.Name) -> None:
        self.names.append(node)

    def visit_SimpleString(self, node: cst.SimpleString) -> None:
        self.strings.append(node)

    def visit_ClassDef(self, node: cst.ClassDef) -> None:
        self.classes.append(node)


def first_name(node: cst.BaseExpression) -> str:
    """Give the first name of ``a.b.c``; empty for anything else."""
    if isinstance(node, cst.Attribute):
        return first_name(node.value)
    return node.value if isinstance(node, cst.Name) else ""
