"""What a model is told of LibCST: read from the one that is installed, so that it cannot go stale.

Nodes with their fields in order, operators, which nodes a visitor may remove, matchers; and examples of what goes
wrong, each of which a test runs.
"""

from __future__ import annotations

import dataclasses
import functools
import types
import typing
from dataclasses import dataclass

import libcst as cst
import libcst.matchers as m

#: The nodes that codemods meet, sorted as one looks for them.
NODES = {
    "Names, calls, literals": (
        "Name", "Attribute", "Call", "Arg", "Subscript", "SubscriptElement", "Index", "Slice", "SimpleString",
        "ConcatenatedString", "FormattedString", "FormattedStringText", "FormattedStringExpression", "Integer",
    ),
    "Operators and the like": (
        "UnaryOperation", "BinaryOperation", "BooleanOperation", "Comparison", "ComparisonTarget", "IfExp", "Lambda",
        "NamedExpr", "Await",
    ),
    "Displays": (
        "List", "Tuple", "Set", "Element", "StarredElement", "Dict", "DictElement", "StarredDictElement", "ListComp",
        "GeneratorExp", "DictComp", "CompFor", "CompIf",
    ),
    "Small statements": (
        "Expr", "Assign", "AssignTarget", "AnnAssign", "Annotation", "AugAssign", "Return", "Raise", "From", "Assert",
        "Del", "Import", "ImportFrom", "ImportAlias", "AsName",
    ),
    "Statements and blocks": (
        "Module", "SimpleStatementLine", "IndentedBlock", "SimpleStatementSuite", "FunctionDef", "ClassDef",
        "Decorator", "Parameters", "Param", "If", "Else", "For", "While", "With", "WithItem", "Try", "ExceptHandler",
        "Finally",
    ),
}  # fmt: skip

#: Operators, by the class of nodes that holds them.
OPERATORS = {
    "BinaryOperation": "BaseBinaryOp",
    "BooleanOperation": "BaseBooleanOp",
    "UnaryOperation": "BaseUnaryOp",
    "Comparison": "BaseCompOp",
}

#: Of `libcst.matchers`, beside one matcher for each node.
MATCHERS = (
    "matches", "findall", "extract", "replace", "DoNotCare", "OneOf", "AllOf", "DoesNotMatch", "MatchIfTrue",
    "MatchRegex", "SaveMatchedNode", "ZeroOrMore", "ZeroOrOne", "AtLeastN", "AtMostN",
)  # fmt: skip

#: Punctuation, which LibCST puts there by itself.
_PUNCTUATION = frozenset({
    "AssignEqual", "BaseParenthesizableWhitespace", "Colon", "Comma", "Dot", "EmptyLine",
    "LeftCurlyBrace", "LeftParen", "LeftSquareBracket", "NewlineToken", "ParamSlash", "RightCurlyBrace", "RightParen",
    "RightSquareBracket", "Semicolon", "SimpleWhitespace", "TrailingWhitespace", "TypeParameters",
})  # fmt: skip

#: What the base classes stand for, where it is too much to list; an expression goes without saying.
_WORDS = {
    "BaseAssignTargetExpression": "",
    "BaseCompoundStatement": "statement",
    "BaseDelTargetExpression": "",
    "BaseExpression": "",
    "BaseSmallStatement": "small statement",
    "BaseStatement": "statement",
    "BaseSuite": "block",
}
_FEW = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Trap:
    """An expression that reads well, and what comes of it."""

    code: str
    #: What it gives: code for a node, else what Python shows, or the name of the exception.
    gives: str
    #: What to bear in mind; or, in the place of it, the better way.
    why: str = ""


#: `code` stands for `cst.Module([]).code_for_node`, `call` for `f(a, b)`, `sum` for `x + 1`, `line` for a statement
#: below a comment.
TRAPS = (
    Trap(code='cst.Name("a") == cst.Name("a")', gives="False", why="nodes compare by identity"),
    Trap(code='cst.Name("a").deep_equals(cst.Name("a"))', gives="True"),
    Trap(code='cst.Name("a.b")', gives="CSTValidationError", why='take cst.parse_expression("a.b")'),
    Trap(code="call.args.append", gives="AttributeError", why="a tuple: with_changes(args=[*call.args, new])"),
    Trap(code="call.with_changes(args=call.args[:-1])", gives="f(a, )", why="self.remove_argument sees to the comma"),
    Trap(code='cst.Arg(cst.Name("b"), keyword=cst.Name("a"))', gives="a = b", why="self.argument writes a=b"),
    Trap(
        code='sum.with_changes(left=cst.parse_expression("a if b else c"))',
        gives="a if b else c + 1",
        why="the tree says (a if b else c) + 1: take self.expression, or lpar and rpar",
    ),
    Trap(
        code='call.with_deep_changes(cst.Name("f"), value="g")',
        gives="f(a, b)",
        why="nothing happens: that very node is not in it",
    ),
    Trap(code='call.with_deep_changes(call.func, value="g")', gives="g(a, b)"),
    Trap(code='cst.parse_statement("g()")', gives="g()", why="in the place of a line, it loses the comments above it"),
    Trap(code='line.with_changes(body=cst.parse_statement("g()").body)', gives="# why\ng()"),
    Trap(code="cst.parse_expression(\"'x'\").value", gives="\"'x'\"", why="with quotes; .evaluated_value without"),
    Trap(code="type(cst.parse_expression(\"'a' 'b'\")).__name__", gives="'ConcatenatedString'"),
    Trap(code='type(cst.parse_expression("-1")).__name__', gives="'UnaryOperation'"),
    Trap(code='type(cst.parse_expression("None")).__name__', gives="'Name'"),
    Trap(code='len(cst.parse_expression("a < b < c").comparisons)', gives="2"),
    Trap(
        code='cst.parse_statement("import a.b as c").body[0].names[0].evaluated_alias',
        gives="'c'",
        why="asname is an AsName; evaluated_name is 'a.b'",
    ),
    Trap(code='type(cst.parse_statement("if a: b\\nelif c: d").orelse).__name__', gives="'If'", why="an elif is an If"),
    Trap(code='m.matches(call, m.Call(func=m.Name("f"), args=[m.Arg(), m.ZeroOrMore()]))', gives="True"),
    Trap(code="m.matches(call, m.Call(args=[m.Arg()]))", gives="False", why="a list matches one of that length"),
)


@functools.cache
def describe_libcst() -> str:
    """Tell what the installed LibCST has, in no more than 6,000 characters."""
    parts = [f"{title}:\n" + "\n".join(map(describe_node, _there(names))) for title, names in NODES.items()]
    parts += [
        "Operators (`cst.Add()`):\n" + "\n".join(_describe_operators()),
        _describe_hooks(),
        "Matchers: `m.X` for each node X, with its fields; " + ", ".join(f"m.{name}" for name in _there_in_m()) + ".",
        "What comes of it:\n" + "\n".join(map(describe_trap, TRAPS)),
    ]
    return "\n\n".join(parts)


def describe_node(name: str) -> str:
    """Tell the fields of a node, in order: ``Arg(value, keyword: Name?, star: str)``."""
    node = getattr(cst, name)
    hints = typing.get_type_hints(node)
    fields = [(field.name, _kind_of(hints[field.name])) for field in dataclasses.fields(node)]
    shown = [f"{field}{kind}" for field, kind in fields if kind is not None]
    return f"{name}({', '.join(shown)})"


def describe_trap(trap: Trap) -> str:
    """Tell what comes of an expression, in one line."""
    gives = trap.gives.replace("\n", "\\n")
    return f"{trap.code}  # {gives}" + (f": {trap.why}" if trap.why else "")


def _there(names: tuple[str, ...]) -> list[str]:
    """Give those of the nodes that the installed LibCST has."""
    return [name for name in names if hasattr(cst, name)]


def _there_in_m() -> list[str]:
    return [name for name in MATCHERS if hasattr(m, name)]


def _kind_of(hint: typing.Any) -> str | None:
    """Say what a field holds, with its colon; empty: an expression; ``None``: nothing that anybody sets."""
    options = list(typing.get_args(hint)) if _is_union(hint) else [hint]
    kept = [each for each in options if each not in {type(None), cst.MaybeSentinel}]
    names = [name for each in kept if (name := _name_of(each)) is not None]
    if not names:
        return None
    said = "|".join(filter(None, names))
    mark = "?" if len(kept) < len(options) else ""
    return f": {said}{mark}" if said else mark


def _name_of(hint: typing.Any) -> str | None:
    if typing.get_origin(hint) is typing.Literal or hint in {str, bool}:
        return "bool" if hint is bool else "str"
    if arguments := typing.get_args(hint):
        return _name_of_sequence(_options(arguments[0]))
    if not isinstance(hint, type) or hint.__name__ in _PUNCTUATION:
        return None
    if not hint.__name__.startswith("Base"):
        return hint.__name__
    below = _concrete(hint)
    return _WORDS.get(hint.__name__, "|".join(below) if len(below) <= _FEW else "operator")


def _name_of_sequence(kinds: tuple[typing.Any, ...]) -> str | None:
    if kinds == (cst.Dot,):  # those of a relative import, which are no punctuation
        return "[Dot]"
    names = [name for kind in kinds if (name := _name_of(kind)) is not None]
    return f"[{'|'.join(names) or '…'}]" if names else None


def _options(hint: typing.Any) -> tuple[typing.Any, ...]:
    return typing.get_args(hint) if _is_union(hint) else (hint,)


def _is_union(hint: typing.Any) -> bool:
    return typing.get_origin(hint) in {typing.Union, types.UnionType}


def _concrete(base: type) -> list[str]:
    """Name the classes of nodes that derive from one, in the order of the alphabet."""
    # A copy: another thread may be importing a part of LibCST.
    public = ((name, value) for name, value in dict(vars(cst)).items() if isinstance(value, type))
    return sorted(name for name, value in public if issubclass(value, base) and not name.startswith("Base"))


def _describe_operators() -> list[str]:
    return [
        f"{node}: {', '.join(_concrete(getattr(cst, base)))}" for node, base in OPERATORS.items() if hasattr(cst, base)
    ]


def _describe_hooks() -> str:
    """Tell which nodes a visitor may take away or multiply, as LibCST's own annotations say."""
    known = [name for names in NODES.values() for name in _there(names)]
    removable = [name for name in known if _may_return(name, "RemovalSentinel")]
    flattened = [name for name in known if _may_return(name, "FlattenSentinel")]
    text = (
        "Every node X has `visit_X` and `leave_X`, its fields `visit_X_field` and `leave_X_field`."
        f" `cst.RemoveFromParent()` can be returned for {', '.join(removable)};"
    )
    if set(removable) == set(flattened):
        return f"{text} `cst.FlattenSentinel([…])` for the same."
    beside = ", ".join(name for name in removable if name not in flattened)
    return f"{text} `cst.FlattenSentinel([…])` for the same" + (f" but {beside}." if beside else ".")


def _may_return(node: str, sentinel: str) -> bool:
    method = getattr(cst.CSTTransformer, f"leave_{node}", None)
    said = getattr(method, "__annotations__", {}).get("return", "")
    return sentinel in str(said)
