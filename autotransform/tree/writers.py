"""Write nodes down as LibCST does, with a function for each class that is met often.

What a class writes is noted here in one line, and its function is made from that: a list of parts, in order, each of
which is written in place. Whitespace that is plain, which is nearly half of all nodes, costs no call. A class that is
not here writes itself LibCST's own way, and so does every class of a script's own.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, TypeAlias

import libcst as cst

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

#: (node, what takes a token, functions of all classes, state, and what the parent says) -> nothing.
Write: TypeAlias = "Callable[..., None]"

#: Written in the function of whatever holds them, so that nobody can tell when.
INLINE = frozenset({cst.SimpleWhitespace, cst.Newline})

#: The parts of each class: ``'text'``; ``.field``: its text; ``field``: a node; ``field?``: a node or none;
#: ``field*``: nodes; ``field,``: nodes with commas between them (``,,``: of a display); ``field~``: whitespace;
#: ``field!``: a newline; ``field=value``: an equals sign, there with a value; ``field^value``: a space, there with a
#: value; ``(`` and ``)``: parentheses; ``*star``: the
#: stars of a parameter; ``>``: indentation; ``,`` (``,,``: of a display) and ``;``: what may follow.
NOTATION: Mapping[type, str] = {
    cst.AnnAssign: "target annotation:':' equal=value value? ;",
    cst.Arg: ".star whitespace_after_star~ keyword? equal=keyword value , whitespace_after_arg~",
    cst.AsName: "whitespace_before_as~ 'as' whitespace_after_as~ name",
    cst.Assign: "targets* value ;",
    cst.AssignEqual: "whitespace_before~ '=' whitespace_after~",
    cst.AssignTarget: "target whitespace_before_equal~ '=' whitespace_after_equal~",
    cst.Attribute: "( value dot attr )",
    cst.AugAssign: "target operator value ;",
    cst.Await: "( 'await' whitespace_after_await~ expression )",
    cst.BinaryOperation: "( left operator right )",
    cst.BooleanOperation: "( left operator right )",
    cst.Break: "'break' ;",
    cst.Call: "( func whitespace_after_func~ '(' whitespace_before_args~ args, ')' )",
    cst.Colon: "whitespace_before~ ':' whitespace_after~",
    cst.Comma: "whitespace_before~ ',' whitespace_after~",
    cst.Comment: ".value",
    cst.CompFor: "whitespace_before~ asynchronous? 'for' whitespace_after_for~ target whitespace_before_in~ 'in' "
    "whitespace_after_in~ iter ifs* inner_for_in?",
    cst.CompIf: "whitespace_before~ 'if' whitespace_before_test~ test",
    cst.Comparison: "( left comparisons* )",
    cst.ComparisonTarget: "operator comparator",
    cst.ConcatenatedString: "( left whitespace_between~ right )",
    cst.Continue: "'continue' ;",
    cst.Decorator: "leading_lines* > '@' whitespace_after_at~ decorator trailing_whitespace",
    cst.Dict: "( lbrace elements,, rbrace )",
    cst.DictElement: "key whitespace_before_colon~ ':' whitespace_after_colon~ value ,,",
    cst.Dot: "whitespace_before~ '.' whitespace_after~",
    cst.Element: "value ,,",
    cst.Else: "leading_lines* > 'else' whitespace_before_colon~ ':' body",
    cst.ExceptHandler: "leading_lines* > 'except' whitespace_after_except~ type? name? whitespace_before_colon~ ':' "
    "body",
    cst.Expr: "value ;",
    cst.Float: "( .value )",
    cst.For: "leading_lines* > asynchronous? 'for' whitespace_after_for~ target whitespace_before_in~ 'in' "
    "whitespace_after_in~ iter whitespace_before_colon~ ':' body orelse?",
    cst.FormattedString: "( .start parts* .end )",
    cst.FormattedStringText: ".value",
    cst.FunctionDef: "leading_lines* decorators* lines_after_decorators* > asynchronous? 'def' whitespace_after_def~ "
    "name whitespace_after_name~ type_parameters? whitespace_after_type_parameters~ '(' whitespace_before_params~ "
    "params ')' returns?:'->' whitespace_before_colon~ ':' body",
    cst.GeneratorExp: "( elt for_in )",
    cst.IfExp: "( body whitespace_before_if~ 'if' whitespace_after_if~ test whitespace_before_else~ 'else' "
    "whitespace_after_else~ orelse )",
    cst.Import: "'import' whitespace_after_import~ names, ;",
    cst.ImportAlias: "name asname? ,",
    cst.Integer: "( .value )",
    cst.LeftCurlyBrace: "'{' whitespace_after~",
    cst.LeftParen: "'(' whitespace_after~",
    cst.LeftSquareBracket: "'[' whitespace_after~",
    cst.List: "( lbracket elements,, rbracket )",
    cst.ListComp: "( lbracket elt for_in rbracket )",
    cst.Name: "( .value )",
    cst.Not: "'not' whitespace_after~",
    cst.Param: "*star whitespace_after_star~ name annotation?:':' equal=default default? , whitespace_after_param~",
    cst.ParenthesizedWhitespace: "first_line empty_lines* >indent last_line~",
    cst.Pass: "'pass' ;",
    cst.Return: "'return' whitespace_after_return^value value? ;",
    cst.RightCurlyBrace: "whitespace_before~ '}'",
    cst.RightParen: "whitespace_before~ ')'",
    cst.RightSquareBracket: "whitespace_before~ ']'",
    cst.Set: "( lbrace elements,, rbrace )",
    cst.SimpleString: "( .value )",
    cst.Subscript: "( value whitespace_after_value~ lbracket slice, rbracket )",
    cst.SubscriptElement: "slice ,",
    cst.TrailingWhitespace: "whitespace~ comment? newline!",
    cst.EmptyLine: ">indent whitespace~ comment? newline!",
    cst.UnaryOperation: "( operator expression )",
    **{
        kind: f"whitespace_before~ {sign!r} whitespace_after~"
        for kind, sign in {
            cst.Add: "+",
            cst.And: "and",
            cst.BitOr: "|",
            cst.Equal: "==",
            cst.GreaterThan: ">",
            cst.GreaterThanEqual: ">=",
            cst.In: "in",
            cst.Is: "is",
            cst.LessThan: "<",
            cst.LessThanEqual: "<=",
            cst.Modulo: "%",
            cst.Multiply: "*",
            cst.Or: "or",
            cst.Subtract: "-",
        }.items()
    },
}

_PART = """\
    child = node.{name}
    table[type(child)](child, add, table, state{told})
"""
_MAYBE = """\
    child = node.{name}
    if child is not None:
        table[type(child)](child, add, table, state{told})
"""
_SEVERAL = """\
    for child in node.{name}:
        table[type(child)](child, add, table, state)
"""
_COMMAS = """\
    last = len(node.{name}) - 1
    for index, child in enumerate(node.{name}):
        table[type(child)](child, add, table, state, default_comma=index != last{told})
"""
_SPACE = """\
    child = node.{name}
    if type(child) is SimpleWhitespace:
        add(child.value)
    else:
        table[type(child)](child, add, table, state)
"""
_NEWLINE = """\
    child = node.{name}
    if type(child) is Newline:
        value = child.value
        add(state.default_newline if value is None else value)
    else:
        table[type(child)](child, add, table, state)
"""
_EQUAL = """\
    child = node.{name}
    if child is DEFAULT:
        if node.{other} is not None:
            add(" = ")
    elif isinstance(child, AssignEqual):
        table[type(child)](child, add, table, state)
"""
_APART = """\
    child = node.{name}
    if not isinstance(child, MaybeSentinel):
        table[type(child)](child, add, table, state)
    elif node.{other} is not None:
        add(" ")
"""
_COMMA = """\
    child = node.comma
    if child is DEFAULT:
        if default_comma:
            add({comma})
    elif isinstance(child, Comma):
        table[type(child)](child, add, table, state)
"""
_SEMICOLON = """\
    child = node.semicolon
    if isinstance(child, MaybeSentinel):
        if default_semicolon:
            add("; ")
    elif isinstance(child, Semicolon):
        table[type(child)](child, add, table, state)
"""
_STAR = """\
    star = default_star if isinstance(node.star, MaybeSentinel) else node.star
    if star is None:
        raise ValueError  # of which LibCST is to say what is wrong
    if isinstance(star, str):
        add(star)
"""
_WHOLE = {
    "*star": _STAR,
    "(": _SEVERAL.format(name="lpar"),
    ")": _SEVERAL.format(name="rpar"),
    ">": "    state.tokens.extend(state.indent_tokens)\n",
    ">indent": "    if node.indent:\n        state.tokens.extend(state.indent_tokens)\n",
    ",": _COMMA.format(comma='", "'),
    ",,": _COMMA.format(comma='", " if default_comma_whitespace else ","'),
    ";": _SEMICOLON,
}
_MARKED = {
    "": _PART,
    "?": _MAYBE,
    "*": _SEVERAL,
    ",": _COMMAS,
    ",,": _COMMAS,
    "~": _SPACE,
    "!": _NEWLINE,
    "=": _EQUAL,
    "^": _APART,
}
_TOLD = {
    "*star": ", default_star=None",
    ",": ", default_comma=False",
    ",,": ", default_comma=False, default_comma_whitespace=False",
    ";": ", default_semicolon=False",
}
_ITEM = re.compile(r"(?P<name>\w+)(?P<mark>[?*~!=^]|,{1,2})?(?P<other>\w+)?(:(?P<indicator>'.*'))?")
_KNOWN = {
    "AssignEqual": cst.AssignEqual,
    "Comma": cst.Comma,
    "DEFAULT": cst.MaybeSentinel.DEFAULT,
    "MaybeSentinel": cst.MaybeSentinel,
    "Newline": cst.Newline,
    "Semicolon": cst.Semicolon,
    "SimpleWhitespace": cst.SimpleWhitespace,
}


def _lines(item: str) -> str:
    """Give the lines that write one part."""
    if item in _WHOLE:
        return _WHOLE[item]
    if item[0] == "'":
        return f"    add({item})\n"
    if item[0] == ".":
        return f"    add(node.{item[1:]})\n"
    found = _ITEM.fullmatch(item)
    assert found, item
    name, mark, other, indicator = found.group("name", "mark", "other", "indicator")
    told = (
        f", default_indicator={indicator}" if indicator else ", default_comma_whitespace=True" if mark == ",," else ""
    )
    return _MARKED[mark or ""].format(name=name, other=other, told=told)


def _source(notation: str) -> str:
    items = notation.split()
    told = "".join(_TOLD.get(item, "") for item in items)
    return f"def write(node, add, table, state{told}):\n{''.join(map(_lines, items))}"


def compiled() -> dict[type, Write]:
    """Write the functions of all classes that are noted here."""
    source = "".join(
        _source(notation).replace("def write(", f"def write_{kind.__name__}(") for kind, notation in NOTATION.items()
    )
    names: dict[str, Any] = dict(_KNOWN)
    exec(compile(source, "<writers>", "exec"), names)  # noqa: S102 - our own text
    return {kind: names[f"write_{kind.__name__}"] for kind in NOTATION}


#: Classes that write nothing but what stands between their parentheses.
PARENTHESISED = frozenset(kind for kind, notation in NOTATION.items() if notation[0] == "(") | {cst.Tuple}

#: With these a class writes itself.
_METHODS = (
    "_bracketize",
    "_braceize",
    "_codegen",
    "_codegen_comma",
    "_codegen_impl",
    "_get_token",
    "_parenthesize",
)


def methods_of(kinds: Iterable[type], *, ours: Mapping[str, object]) -> tuple[tuple[type, str, object], ...]:
    """Give what these classes write themselves with, by class and name: LibCST's own, but for some."""
    return tuple(
        (kind, name, ours.get(name, getattr(kind, name))) for kind in kinds for name in _METHODS if hasattr(kind, name)
    )
