"""Write the nodes of those classes down of which more is to be said than a line of notation can."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import libcst as cst
from libcst import MaybeSentinel

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from autotransform.tree.writers import Write
    from autotransform.tree.writing import State, Table


class _OddError(Exception):
    """A node of which LibCST is to say what is wrong with it."""


def _require_order(nodes: object) -> None:
    """Make sure of what LibCST makes use of where it says which nodes come first and last.

    Raises:
        _OddError: These cannot be counted.
    """
    if not isinstance(nodes, tuple | list):
        raise _OddError


def _all(nodes: Iterable[Any], add: Callable[[str], None], table: Table, state: State) -> None:
    for each in nodes:
        table[type(each)](each, add, table, state)


def _one(node: Any, add: Callable[[str], None], table: Table, state: State) -> None:
    table[type(node)](node, add, table, state)


def _newline(node: cst.Newline, add: Callable[[str], None], table: Table, state: State) -> None:
    del table
    add(state.default_newline if node.value is None else node.value)


def _simple_whitespace(node: cst.SimpleWhitespace, add: Callable[[str], None], table: Table, state: State) -> None:
    del table, state
    add(node.value)


def _line(node: cst.SimpleStatementLine, add: Callable[[str], None], table: Table, state: State) -> None:
    for each in node.leading_lines:
        table[type(each)](each, add, table, state)
    state.tokens.extend(state.indent_tokens)
    _small_statements(node, add, table, state)


def _suite(node: cst.SimpleStatementSuite, add: Callable[[str], None], table: Table, state: State) -> None:
    _one(node.leading_whitespace, add, table, state)
    _small_statements(node, add, table, state)


def _small_statements(
    node: cst.SimpleStatementLine | cst.SimpleStatementSuite, add: Callable[[str], None], table: Table, state: State
) -> None:
    body = node.body
    if body:
        _require_order(body)
        last = len(body) - 1
        for index, each in enumerate(body):
            table[type(each)](each, add, table, state, default_semicolon=index != last)
    else:
        add("pass")
    child = node.trailing_whitespace
    table[type(child)](child, add, table, state)


def _block(node: cst.IndentedBlock, add: Callable[[str], None], table: Table, state: State) -> None:
    _one(node.header, add, table, state)
    state.increase_indent(state.default_indent if node.indent is None else node.indent)
    if node.body:
        _require_order(node.body)
        state.write_statements(node.body)
    else:
        state.add_indent_tokens()
        add("pass")
        add(state.default_newline)
    _all(node.footer, add, table, state)
    state.decrease_indent()


def _if(node: cst.If, add: Callable[[str], None], table: Table, state: State, *, is_elif: bool = False) -> None:
    _all(node.leading_lines, add, table, state)
    state.add_indent_tokens()
    add("elif" if is_elif else "if")
    _all((node.whitespace_before_test, node.test, node.whitespace_after_test), add, table, state)
    add(":")
    _one(node.body, add, table, state)
    orelse = node.orelse
    if orelse is None:
        return
    if isinstance(orelse, cst.If):
        table[type(orelse)](orelse, add, table, state, is_elif=True)
    else:
        _one(orelse, add, table, state)


def _import_from(
    node: cst.ImportFrom, add: Callable[[str], None], table: Table, state: State, *, default_semicolon: bool = False
) -> None:
    names = node.names
    if not names:
        raise _OddError
    add("from")
    _all((node.whitespace_after_from, *node.relative), add, table, state)
    if node.module is not None:
        _one(node.module, add, table, state)
    _one(node.whitespace_before_import, add, table, state)
    add("import")
    _one(node.whitespace_after_import, add, table, state)
    if node.lpar is not None:
        _one(node.lpar, add, table, state)
    if isinstance(names, Sequence):
        last = len(names) - 1
        for index, each in enumerate(names):
            table[type(each)](each, add, table, state, default_comma=index != last)
    elif isinstance(names, cst.ImportStar):
        _one(names, add, table, state)
    if node.rpar is not None:
        _one(node.rpar, add, table, state)
    if isinstance(node.semicolon, cst.Semicolon):
        _one(node.semicolon, add, table, state)
    elif default_semicolon and node.semicolon is MaybeSentinel.DEFAULT:
        add("; ")


def _tuple(node: cst.Tuple, add: Callable[[str], None], table: Table, state: State) -> None:
    _all(node.lpar, add, table, state)
    elements = node.elements
    _require_order(elements)
    is_single = len(elements) == 1
    last = -1 if is_single else len(elements) - 1
    for index, each in enumerate(elements):
        table[type(each)](each, add, table, state, default_comma=index != last, default_comma_whitespace=not is_single)
    _all(node.rpar, add, table, state)


def _index(node: cst.Index, add: Callable[[str], None], table: Table, state: State) -> None:
    if node.star is not None:
        add(node.star)
    if node.whitespace_after_star is not None:
        _one(node.whitespace_after_star, add, table, state)
    child = node.value
    table[type(child)](child, add, table, state)


def _annotation(
    node: cst.Annotation,
    add: Callable[[str], None],
    table: Table,
    state: State,
    *,
    default_indicator: str | None = None,
) -> None:
    before = node.whitespace_before_indicator
    if default_indicator is None:
        raise _OddError
    if isinstance(before, cst.BaseParenthesizableWhitespace):
        table[type(before)](before, add, table, state)
    elif not isinstance(before, MaybeSentinel):
        raise _OddError
    elif default_indicator == "->":
        add(" ")
    add(default_indicator)
    _all((node.whitespace_after_indicator, node.annotation), add, table, state)


def _parameters(node: cst.Parameters, add: Callable[[str], None], table: Table, state: State) -> None:
    if len(node.posonly_params) or node.posonly_ind is not MaybeSentinel.DEFAULT:
        node._codegen_impl(state)  # noqa: SLF001 - rare
        return
    star, more = node.star_arg, node.star_kwarg
    has_more = bool(len(node.kwonly_params)) or more is not None
    is_sentinel = isinstance(star, MaybeSentinel)
    is_starred = len(node.kwonly_params) > 0 if is_sentinel else isinstance(star, cst.Param | cst.ParamStar)
    last = len(node.params) - 1
    for index, each in enumerate(node.params):
        has_next = index < last or has_more or is_starred
        table[type(each)](each, add, table, state, default_star="", default_comma=has_next)
    if is_sentinel:
        if is_starred:
            add("*, ")
    elif isinstance(star, cst.Param):
        table[type(star)](star, add, table, state, default_star="*", default_comma=has_more)
    elif isinstance(star, cst.ParamStar):
        _one(star, add, table, state)
    last = len(node.kwonly_params) - 1
    for index, each in enumerate(node.kwonly_params):
        has_next = index < last or more is not None
        table[type(each)](each, add, table, state, default_star="", default_comma=has_next)
    if more is not None:
        table[type(more)](more, add, table, state, default_star="**", default_comma=False)


#: The function of each.
BY_HAND: Mapping[type, Write] = {
    cst.Annotation: _annotation,
    cst.If: _if,
    cst.ImportFrom: _import_from,
    cst.IndentedBlock: _block,
    cst.Index: _index,
    cst.Newline: _newline,
    cst.Parameters: _parameters,
    cst.SimpleStatementLine: _line,
    cst.SimpleStatementSuite: _suite,
    cst.SimpleWhitespace: _simple_whitespace,
    cst.Tuple: _tuple,
}
