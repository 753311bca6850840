# /// script
# requires-python = ">=3.11"
# dependencies = ["libcst>=1.9"]
#
# [tool.autotransform]
# format = 1
# request = "write X | None instead of Optional[X] and X | Y instead of Union[X, Y], as PEP 604 has it"
# ///
"""Write ``X | None`` instead of ``Optional[X]``, and ``X | Y`` instead of ``Union[X, Y]``, as PEP 604 has it.

Unions in unions become one, in which ``None`` stands once. What stands on lines of its own goes on doing so, in
parentheses, with its comments. Imports that nothing uses any more go. The code then needs Python 3.10.

``"X" | None`` fails when it runs. So, where a type of a union is written as a string,

- in an annotation of a file with ``from __future__ import annotations``, and of a stub, the quotes go: nothing there is
  evaluated;
- in another file the quotes go around a union that is the whole annotation: ``"X | None"``;
- anywhere else it is left alone and listed.

Left alone and listed, too, are what is evaluated although it is no class, so that ``|`` would fail: functions such as
``threading.Lock``, and names of the file that are bound to a string, to ``None`` or to a function; unions that are
compared, and those in ``isinstance``; ``Union[X]``, for ``X`` may be a tuple of types; and ``Optional`` and ``Union``
without brackets.

Annotations that are strings as a whole and type comments change like any other, but for unions in them of which a type
is a string in turn. Strings elsewhere, such as in ``cast("Optional[int]", …)``, are left alone with their imports.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TypeGuard

import libcst as cst
from libcst.codemod import CodemodContext

from autotransform.codemod import Transform

MENTIONS = ["Optional", "Union"]
TARGETS = ["typing.Optional", "typing.Union"]

CASES = [
    {
        "name": "annotations and what is evaluated",
        "before": """
            from typing import Any, Optional, Union

            Name = Union[str, bytes]

            def f(a: Optional[int] = None, *b: Union[int, "list[str]", Any]) -> Optional[Name]:  # noqa: UP007
                return cast(Optional[int], b)
        """,
        "after": """
            from typing import Any

            Name = str | bytes

            def f(a: int | None = None, *b: "int | list[str] | Any") -> Name | None:  # noqa: UP007
                return cast(int | None, b)
        """,
    },
    {
        "name": "unions in unions",
        "before": """
            import typing as t

            def f(
                a: t.Optional[t.Union[int, None, t.Optional[str]]],
                b: t.Union[None, t.List[t.Optional[int]]],
                c: t.Union[(int, str)],
            ): ...
        """,
        "after": """
            import typing as t

            def f(
                a: int | None | str,
                b: None | t.List[int | None],
                c: int | str,
            ): ...
        """,
    },
    {
        "name": "over several lines, with comments",
        "before": """
            from typing import Union

            Value = Union[
                int,  # a count
                # what people write
                str,
                bytes,
            ]
        """,
        "after": """
            Value = (
                int  # a count
                # what people write
                | str
                | bytes
            )
        """,
    },
    {
        "name": "strings where nothing is evaluated",
        "before": """
            from __future__ import annotations

            from typing import Optional, Union

            def f(a: Optional["Row"], b: list[Union["Row", 'dict[str, Row]']]) -> Optional[Union["Row", int]]: ...
        """,
        "after": """
            from __future__ import annotations

            def f(a: Row | None, b: list[Row | dict[str, Row]]) -> Row | int | None: ...
        """,
    },
    {
        "name": "what is put around the union",
        "before": """
            from typing import Optional, Union

            kinds = Optional[int].__args__, -Union[int, str], Optional[int if small else str]
        """,
        "after": """
            kinds = (int | None).__args__, -(int | str), (int if small else str) | None
        """,
    },
    {
        "name": "a string that is not the whole annotation",
        "before": """
            from typing import Optional, Union

            Parent = Optional["Row"]

            def f(a: list[Union["Row", int]], b: Optional["it's"], c: Union["Row", Literal["a"]]):
                d: Union[int, "Optional[Row]"]
                return cast(Optional["Row"], a)
        """,
        "skips": 6,
    },
    {
        "name": "functions and other values that are no classes",
        "before": """
            import threading
            from typing import Optional

            try:
                from fast import Decimal
            except ImportError:
                Decimal = None

            Row = "models.Row"

            def Column(name): ...

            def f(a: Optional[threading.Lock], b: Optional[Decimal], c: Optional[Row], d: Optional[Column]): ...
        """,
        "skips": 4,
    },
    {
        "name": "unions that are compared or checked",
        "before": """
            from typing import Optional, Union, get_origin

            is_union = get_origin(kind) is Union or kind == Optional[int] or isinstance(value, Union[int, str])
        """,
        "skips": 3,
    },
    {
        "name": "a tuple of types",
        "before": """
            from typing import Optional, Union

            TYPES = (int, str)

            def f(a: Union[TYPES], b: Union[*TYPES, None], c: Optional = None): ...
        """,
        "skips": 3,
    },
    {
        "name": "annotations in strings, and type comments",
        "before": """
            import typing
            from typing import Callable, Dict, List, Optional, Union

            def f(a: "Optional[int]", b: Optional[List["Union[int, Row]"]], *c):
                # type: (Optional[int], typing.Union[List[Optional[int]], None], *str) -> Optional[Dict[str, int]]
                rows = None  # type: Optional[Union[int, str]]  # Optional
        """,
        "after": """
            from typing import Callable, Dict, List

            def f(a: "int | None", b: List["int | Row"] | None, *c):
                # type: (int | None, List[int | None] | None, *str) -> Dict[str, int] | None
                rows = None  # type: int | str | None  # Optional
        """,
    },
    {
        "name": "strings and comments that are no types, or hold strings",
        "before": """
            from typing import Annotated, Literal, Optional, cast

            # type Optional[int], Optional[str]
            def f(a: Literal["Optional[int]"], b: Annotated[int, "Optional[int]"], c: "Optional['Row']"):
                rows = []  # type: ignore[Optional[int]]
                return "Optional[int]", cast("Optional[int]", a)
        """,
    },
    {
        "name": "names of something else",
        "before": """
            from sqlalchemy import Union
            from mylib import Optional

            def f(a: Optional[int], b: self.Union[int, str]):
                return Union[int, str]
        """,
    },
    {
        "name": "it may be something else",
        "before": """
            try:
                from mylib import Optional
            except ImportError:
                from typing import Optional

            def f(a: Optional[int]): ...
        """,
        "skips": 1,
    },
]

#: What is called like a class, but is a function in many versions of Python: it takes no ``|``.
FUNCTIONS = [
    "multiprocessing.Array",
    "multiprocessing.Barrier",
    "multiprocessing.BoundedSemaphore",
    "multiprocessing.Condition",
    "multiprocessing.Event",
    "multiprocessing.JoinableQueue",
    "multiprocessing.Lock",
    "multiprocessing.Manager",
    "multiprocessing.Pipe",
    "multiprocessing.Pool",
    "multiprocessing.Queue",
    "multiprocessing.RLock",
    "multiprocessing.Semaphore",
    "multiprocessing.SimpleQueue",
    "multiprocessing.Value",
    "numpy.array",
    "tempfile.NamedTemporaryFile",
    "tempfile.TemporaryFile",
    "threading.Lock",
    "threading.RLock",
]
OPTIONAL = "typing.Optional"
#: A type in a string that holds no string and no union of its own.
PLAIN_STRING = re.compile(r"""(?P<quote>["'])(?!.*\b(?:Optional|Union)\b)[\w\s.,|\[\]]+(?P=quote)""")
#: What takes strings in brackets that are no types.
OTHER_BRACKETS = {
    "typing.Annotated",
    "typing.Literal",
    "typing_extensions.Annotated",
    "typing_extensions.Literal",
}
TYPE_COMMENT = re.compile(r"#\s*type:(?!\s*ignore\b)\s*")
#: Expressions that need no parentheses beside an operator.
ATOMS = (cst.Name, cst.Attribute, cst.Subscript, cst.Call, cst.SimpleString, cst.Ellipsis, cst.List)

Space = cst.BaseParenthesizableWhitespace | None
#: One type of a union, and the space before it.
Piece = tuple[cst.BaseExpression, Space]


class TypingUnions(Transform):
    DESCRIPTION = "Write X | None instead of Optional[X], and X | Y instead of Union[X, Y]."

    def __init__(self, context: CodemodContext) -> None:
        super().__init__(context)
        #: Whether annotations are never evaluated.
        self.is_lazy = (context.filename or "").endswith(".pyi")
        self.annotations = 0
        #: How many comparisons and checks of a type are around the current node.
        self.comparisons = 0
        #: Second arguments of ``isinstance`` and ``issubclass``.
        self.checks: set[cst.Arg] = set()
        #: Whole annotations.
        self.whole: set[cst.BaseExpression] = set()
        #: Unions that stand directly in another.
        self.nested: set[cst.BaseExpression] = set()
        #: ``Optional`` and ``Union`` that have brackets.
        self.subscripted: set[cst.BaseExpression] = set()
        #: The names that imports bind, a star for what cannot be seen: no other can stand for one of ours.
        self.imported: set[str] = set()
        #: How many brackets around the current node hold strings that are no types.
        self.others = 0
        #: Types of unions that are written as strings.
        self.operands: set[cst.BaseExpression] = set()
        #: What is done with the strings of each union that changes.
        self.modes: dict[cst.Subscript, str] = {}

    # Where the walk is

    def visit_Module(self, node: cst.Module) -> None:
        found = Imported()
        node.visit(found)
        self.imported = found.names

    def visit_Import(self, node: cst.Import) -> bool:
        return False  # imports are mended by drop_import

    def visit_ImportFrom(self, node: cst.ImportFrom) -> bool:
        if not isinstance(node.names, cst.ImportStar) and isinstance(node.module, cst.Name):
            names = {alias.name.value for alias in node.names}
            self.is_lazy = self.is_lazy or (node.module.value == "__future__" and "annotations" in names)
        return False

    def visit_Annotation(self, node: cst.Annotation) -> None:
        self.annotations += 1
        self.whole.add(node.annotation)

    def leave_Annotation(self, original_node: cst.Annotation, updated_node: cst.Annotation) -> cst.Annotation:
        self.annotations -= 1
        return updated_node

    def visit_Comparison(self, node: cst.Comparison) -> None:
        self.comparisons += 1

    def leave_Comparison(self, original_node: cst.Comparison, updated_node: cst.Comparison) -> cst.Comparison:
        self.comparisons -= 1
        return updated_node

    def visit_Call(self, node: cst.Call) -> None:
        if self.refers_to(node.func, "builtins.isinstance", "builtins.issubclass"):
            self.checks.update(node.args[1:])

    def visit_Arg(self, node: cst.Arg) -> None:
        self.comparisons += node in self.checks

    def leave_Arg(self, original_node: cst.Arg, updated_node: cst.Arg) -> cst.Arg:
        self.comparisons -= original_node in self.checks
        return updated_node

    def visit_Attribute(self, node: cst.Attribute) -> None:
        self.explain(node)

    def visit_Name(self, node: cst.Name) -> None:
        self.explain(node)

    def explain(self, node: cst.Name | cst.Attribute) -> None:
        """List what is left alone although it is, or may be, one of the names."""
        if not self.may_be_imported(node):
            return
        if self.refers_to(node, *TARGETS):
            if node not in self.subscripted:
                self.skip(node, "without brackets")
        elif self.may_refer_to(node, *TARGETS):
            self.skip(node, "it may be something else than typing's")

    def may_be_imported(self, node: cst.BaseExpression) -> bool:
        """Whether an import binds the first name of an expression, as far as a star import lets that show."""
        return "*" in self.imported or first_name(node) in self.imported

    # What is decided before anything changes

    def visit_Subscript(self, node: cst.Subscript) -> None:
        self.others += self.takes_other_strings(node)
        if not self.is_union(node):
            return
        self.subscripted.add(node.value)
        if node in self.nested:
            return
        reason = self.obstacle(node)
        if reason:
            self.skip(node, reason)

    def takes_other_strings(self, node: cst.Subscript) -> bool:
        """Whether the strings in brackets are no types."""
        return self.may_be_imported(node.value) and bool(self.qualified(node.value) & OTHER_BRACKETS)

    def is_union(self, node: cst.BaseExpression) -> TypeGuard[cst.Subscript]:
        """Whether an expression of the original tree is ``Optional[…]`` or ``Union[…]``."""
        if not isinstance(node, cst.Subscript) or not self.may_be_imported(node.value):
            return False
        return self.refers_to(node.value, *TARGETS)

    def obstacle(self, node: cst.Subscript) -> str:
        """Say why a union has to stay as it is; where it need not, note what becomes of its strings."""
        if self.comparisons:
            return "a union that is compared or checked"
        types = self.types_of(node)
        if all(is_none(each) for each in types):
            return "what it is a union of does not show"
        is_lazy = self.is_lazy and self.annotations > 0
        if not is_lazy and any(self.is_no_class(each) for each in types):
            return "one of the types is no class when it runs"
        text = self.module.code_for_node(node)
        if "#" in text and (len(types) > len(elements_of(node)) or any(is_none(each) for each in types)):
            return "comments in a union of which a part would go"
        mode = self.mode(node, types, is_lazy=is_lazy)
        if mode:
            self.modes[node] = mode
        return "" if mode else "a type that is written as a string, where it is evaluated"

    def types_of(self, node: cst.Subscript) -> list[cst.BaseExpression]:
        """List what a union is made of, and note the unions in it; empty where that does not show."""
        values = elements_of(node)
        if (len(values) == 1) != self.refers_to(node.value, OPTIONAL):
            return []
        found: list[cst.BaseExpression] = []
        self.operands.update(values)
        for value in values:
            if not self.is_union(value):
                found.append(value)
                continue
            self.nested.add(value)
            self.subscripted.add(value.value)
            types = self.types_of(value)
            if not types:
                return []
            found += types
        return found

    def is_no_class(self, node: cst.BaseExpression) -> bool:
        """Whether something certainly is, or may be, no class when it is evaluated."""
        if isinstance(node, cst.Call) or self.refers_to(node, *FUNCTIONS):
            return True
        variable = self.names.scopes.variable(node) if isinstance(node, cst.Name) else None
        nodes = [getattr(each, "node", None) for each in variable.assignments] if variable else []
        return any(self.binds_no_class(each) for each in nodes)

    def binds_no_class(self, target: cst.CSTNode | None) -> bool:
        """Whether a name is bound to a function, a string or ``None``."""
        parent = self.names.scopes.parent(target) if target is not None else None
        if isinstance(parent, cst.AssignTarget):
            parent = self.names.scopes.parent(parent)
        value = parent.value if isinstance(parent, cst.Assign | cst.AnnAssign) else None
        return isinstance(target, cst.FunctionDef) or (value is not None and (is_none(value) or is_string(value)))

    def mode(self, node: cst.Subscript, types: list[cst.BaseExpression], *, is_lazy: bool) -> str:
        """Say what becomes of the strings of a union; empty where it has to stay as it is."""
        strings = [each for each in types if is_string(each)]
        if not strings:
            return "plain"
        text = self.module.code_for_node(node)
        if not all(isinstance(each, cst.SimpleString) and PLAIN_STRING.fullmatch(each.value) for each in strings):
            return ""
        if is_lazy:
            return "unquote"
        quotes = text.count('"') + text.count("'")
        is_simple = quotes == len(('"', '"')) * len(strings) and not is_broken(text)
        return "quote" if is_simple and node in self.whole else ""

    # What changes

    def leave_Subscript(self, original_node: cst.Subscript, updated_node: cst.Subscript) -> cst.BaseExpression:
        self.others -= self.takes_other_strings(original_node)
        mode = self.modes.get(original_node)
        if mode is None:
            return updated_node
        pieces = self.pieces(original_node, updated_node, space=updated_node.lbracket.whitespace_after)
        nones = [index for index, piece in enumerate(pieces) if is_none(piece[0])]
        pieces = [piece for index, piece in enumerate(pieces) if index not in nones[1:]]
        if mode == "quote":
            return self.quoted(pieces)
        union = joined([(self.unquoted(value), space) for value, space in pieces])
        spaces = [space for _, space in pieces]
        if any(isinstance(space, cst.ParenthesizedWhitespace) for space in spaces):
            union = union.with_changes(lpar=[opening(spaces[0])], rpar=[self.closing(original_node, updated_node)])
        return union.with_changes(lpar=[*updated_node.lpar, *union.lpar], rpar=[*union.rpar, *updated_node.rpar])

    def pieces(self, original: cst.Subscript, updated: cst.Subscript, *, space: Space) -> list[Piece]:
        """List the types of a union and of the unions in it, each with the space before it; see to the imports."""
        self.drop_imports_of(self.names.qualified(original.value))
        found: list[Piece] = []
        for before, after, comma in zip(elements_of(original), elements_of(updated), commas_of(updated), strict=True):
            if before in self.nested and isinstance(before, cst.Subscript) and isinstance(after, cst.Subscript):
                inner = after.lbracket.whitespace_after
                is_outer = isinstance(space, cst.ParenthesizedWhitespace)
                found += self.pieces(before, after, space=space if is_outer else inner)
            else:
                found += [(each, space if not index else None) for index, each in enumerate(alternatives(after))]
            space = comma.whitespace_after if isinstance(comma, cst.Comma) else None
        if self.refers_to(original.value, OPTIONAL):
            broken = [each for _, each in found if isinstance(each, cst.ParenthesizedWhitespace)]
            plain = {"first_line": cst.TrailingWhitespace(), "empty_lines": []}
            found.append((cst.Name("None"), broken[-1].deep_clone().with_changes(**plain) if broken else None))
        return found

    def closing(self, original: cst.Subscript, updated: cst.Subscript) -> cst.RightParen:
        """Give the parenthesis that closes a union over several lines, where its bracket was."""
        comma = commas_of(updated)[-1]
        last, inner = elements_of(original)[-1], elements_of(updated)[-1]
        spaces = [updated.rbracket.whitespace_before]
        spaces += [comma.whitespace_after] if isinstance(comma, cst.Comma) else []
        for space in spaces:
            if isinstance(space, cst.ParenthesizedWhitespace):
                return cst.RightParen(whitespace_before=space)
        if last in self.nested and isinstance(last, cst.Subscript) and isinstance(inner, cst.Subscript):
            return self.closing(last, inner)
        return cst.RightParen()

    def quoted(self, pieces: list[Piece]) -> cst.SimpleString:
        """Write a union as a string, with the quotes of the strings in it."""
        strings = [value for value, _ in pieces if isinstance(value, cst.SimpleString)]
        quote = strings[0].quote
        types = [
            value.raw_value if isinstance(value, cst.SimpleString) else self.module.code_for_node(value)
            for value, _ in pieces
        ]
        return cst.SimpleString(f"{quote}{' | '.join(types)}{quote}")

    def unquoted(self, node: cst.BaseExpression) -> cst.BaseExpression:
        """Give what is written in a string; anything else as it is."""
        return self.expression(node.raw_value) if isinstance(node, cst.SimpleString) else node

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
        if not self.annotations or self.others or original_node in self.operands or "\\" in text:
            return updated_node
        start = len(original_node.prefix) + len(original_node.quote)
        new = original_node.value[:start] + self.rewritten(original_node, text) + original_node.quote
        return updated_node.with_changes(value=new)

    def leave_Comment(self, original_node: cst.Comment, updated_node: cst.Comment) -> cst.Comment:
        found = TYPE_COMMENT.match(original_node.value)
        if found is None:
            return updated_node
        types, mark, rest = original_node.value[found.end() :].partition("#")
        parameters, arrow, result = types.partition("->")
        new = self.rewritten(original_node, parameters) + arrow + self.rewritten(original_node, result)
        return updated_node.with_changes(value=f"{found[0]}{new}{mark}{rest}")

    def rewritten(self, node: cst.SimpleString | cst.Comment, text: str) -> str:
        """Write the unions of a type in a text, if it is one, in the new way."""
        written = text.strip()
        if not written:
            return text
        try:
            before = cst.parse_expression(written)
        except cst.ParserSyntaxError:
            return text
        unions = TextUnions(lambda value: self.kind(node, value))
        after = before.visit(unions)
        for value in unions.changed:
            self.drop_imports_of(self.reached(node, value))
        return text.replace(written, self.module.code_for_node(after), 1) if unions.changed else text

    def reached(self, node: cst.SimpleString | cst.Comment, value: cst.BaseExpression) -> frozenset[str]:
        """Give what a dotted name in a text may stand for."""
        first, *rest = cst.Module(body=[]).code_for_node(value).split(".")
        variable = self.names.scopes.find(first, scope=self.names.scopes.scope(node))
        if variable is None or first not in self.imported:
            return frozenset()
        return frozenset(".".join((name, *rest)) for name in self.names.of_variable(variable))

    def kind(self, node: cst.SimpleString | cst.Comment, value: cst.BaseExpression) -> str:
        """Give which of the two a dotted name in a text stands for; empty for anything else."""
        found = self.names.canonicals(self.reached(node, value))
        return next(iter(found)) if len(found) == 1 and found <= set(TARGETS) else ""


class TextUnions(cst.CSTTransformer):
    """Writes unions in a type that stands by itself in the new way, and notes what they were written with."""

    def __init__(self, kind: Callable[[cst.BaseExpression], str]) -> None:
        super().__init__()
        self.kind = kind
        self.changed: list[cst.BaseExpression] = []

    def leave_Subscript(self, original_node: cst.Subscript, updated_node: cst.Subscript) -> cst.BaseExpression:
        kind = self.kind(original_node.value)
        values = elements_of(updated_node)
        if not kind or (len(values) == 1) != (kind == OPTIONAL) or not values:
            return updated_node
        if any(is_string(each) or self.is_left(each) for each in values) or all(is_none(each) for each in values):
            return updated_node
        types = [each for value in values for each in alternatives(value)]
        types += [cst.Name("None")] if kind == OPTIONAL else []
        nones = [index for index, each in enumerate(types) if is_none(each)]
        self.changed.append(original_node.value)
        union = joined([(each, None) for index, each in enumerate(types) if index not in nones[1:]])
        return union.with_changes(lpar=updated_node.lpar, rpar=updated_node.rpar) if updated_node.lpar else union

    def is_left(self, node: cst.BaseExpression) -> bool:
        """Whether something is a union that could not be written in the new way."""
        return isinstance(node, cst.Subscript) and bool(self.kind(node.value))


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


def elements_of(node: cst.Subscript) -> list[cst.BaseExpression]:
    """List what stands in brackets, be it one tuple; empty where a star hides what that is."""
    values: list[cst.BaseExpression] = []
    for element in node.slice:
        if not isinstance(element.slice, cst.Index) or element.slice.star:
            return []
        values.append(element.slice.value)
    if len(values) == 1 and isinstance(values[0], cst.Tuple):
        is_hidden = any(isinstance(each, cst.StarredElement) for each in values[0].elements)
        return [] if is_hidden else [each.value for each in values[0].elements]
    return values


def commas_of(node: cst.Subscript) -> list[cst.Comma | cst.MaybeSentinel]:
    """List what stands behind each of these."""
    first = node.slice[0].slice
    if len(node.slice) == 1 and isinstance(first, cst.Index) and isinstance(first.value, cst.Tuple):
        return [each.comma for each in first.value.elements]
    return [each.comma for each in node.slice]


def alternatives(node: cst.BaseExpression) -> list[cst.BaseExpression]:
    """Take ``X | Y`` apart; anything else is one."""
    if isinstance(node, cst.BinaryOperation) and isinstance(node.operator, cst.BitOr) and not node.lpar:
        return [*alternatives(node.left), node.right]
    return [node]


def joined(pieces: list[Piece]) -> cst.BaseExpression:
    """Put types together with ``|``."""
    union: cst.BaseExpression | None = None
    for value, space in pieces:
        is_atom = value.lpar or isinstance(value, ATOMS)
        right = value if is_atom else value.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])
        is_line = isinstance(space, cst.ParenthesizedWhitespace)
        operator = cst.BitOr(whitespace_before=space) if is_line else cst.BitOr()
        union = right if union is None else cst.BinaryOperation(left=union, operator=operator, right=right)
    assert union is not None
    return union


def opening(space: Space) -> cst.LeftParen:
    """Give the parenthesis that opens a union over several lines."""
    return cst.LeftParen(whitespace_after=space) if isinstance(space, cst.ParenthesizedWhitespace) else cst.LeftParen()


def is_none(node: cst.BaseExpression) -> bool:
    """Whether an expression is ``None``."""
    return isinstance(node, cst.Name) and node.value == "None"


def is_string(node: cst.BaseExpression) -> bool:
    """Whether an expression is a string of any kind."""
    return isinstance(node, cst.BaseString)


def is_broken(text: str) -> bool:
    """Whether a text has more than one line."""
    return "\n" in text
