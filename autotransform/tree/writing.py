"""Write trees down: the same tokens as LibCST's, each statement once, in a fraction of the time."""

from __future__ import annotations

import contextlib
import operator
from typing import TYPE_CHECKING, Any, TypeAlias

import libcst as cst
from libcst._nodes.expression import _BaseParenthesizedNode
from libcst._nodes.internal import CodegenState

from autotransform.tree import writers
from autotransform.tree.writers_by_hand import BY_HAND

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from contextlib import AbstractContextManager
    from types import TracebackType

    from autotransform.tree.writers import Write

#: A statement, the indentation in front of it, and where its tokens lie: in which list, from where, and to where.
Written: TypeAlias = tuple[cst.CSTNode, str, list[str], int, int]

_NOTHING = contextlib.nullcontext()
_PLAIN_CODEGEN, _PLAIN_PARENTHESIZE = cst.CSTNode._codegen, _BaseParenthesizedNode._parenthesize  # noqa: SLF001


class Table(dict[type, "Write"]):
    """The function of each class; a class without one writes itself."""

    def __missing__(self, kind: type) -> Write:
        del kind
        return _by_itself


def _by_itself(node: cst.CSTNode, add: object, table: object, state: CodegenState, **how: Any) -> None:
    del add, table
    node._codegen(state, **how)  # noqa: SLF001 - as its parent does


class State(CodegenState):
    """Writes, and knows statements that it has written before."""

    __slots__ = ("add_token", "known", "seen", "table")

    def __init__(
        self, *, default_indent: str, default_newline: str, table: Table, known: Mapping[int, Written] | None = None
    ) -> None:
        super().__init__(default_indent=default_indent, default_newline=default_newline)
        self.add_token = self.tokens.append  # type: ignore[method-assign,assignment]
        self.table = table
        #: By the ``id`` of the statement.
        self.known: Mapping[int, Written] = known or {}
        #: The same of those that stand here.
        self.seen: dict[int, Written] = {}

    def write(self, nodes: Iterable[cst.CSTNode]) -> None:
        """Write nodes that no parent says anything about."""
        add, table = self.add_token, self.table
        for node in nodes:
            table[type(node)](node, add, table, self)

    def write_module(self, module: cst.Module) -> None:
        """Write all of a module; the newline at its end is always there."""
        self.write(module.header)
        self.write_statements(module.body)
        self.write(module.footer)

    def module_tokens(self, module: cst.Module) -> list[str]:
        """Give what was written of a module, with a newline at its end or without."""
        if not module.has_trailing_newline:
            return self.tokens[:-1]
        return self.tokens or [self.default_newline]

    def write_statements(self, body: Iterable[cst.CSTNode]) -> None:
        """Write the statements of one block."""
        add, table, tokens, known, seen = self.add_token, self.table, self.tokens, self.known, self.seen
        indents = "".join(self.indent_tokens)
        for each in body:
            there = known.get(id(each))
            if there is not None and there[1] == indents:
                tokens += there[2][there[3] : there[4]]
            else:
                first = len(tokens)
                table[type(each)](each, add, table, self)
                there = (each, indents, tokens, first, len(tokens))
            seen[id(each)] = there

    def record_syntactic_position(  # type: ignore[override]
        self, node: cst.CSTNode, *, start_node: cst.CSTNode | None = None, end_node: cst.CSTNode | None = None
    ) -> AbstractContextManager[None]:
        """Note nothing."""
        del node, start_node, end_node
        return _NOTHING


def _codegen(self: cst.CSTNode, state: CodegenState, **how: Any) -> None:
    if isinstance(state, State):
        write = state.table.get(type(self))
        if write is None:
            self._codegen_impl(state, **how)
        else:
            write(self, state.add_token, state.table, state, **how)
        return
    if type(self) is cst.Module and type(state) is CodegenState and not state.tokens and _has_written(self, state):
        return
    state.before_codegen(self)
    self._codegen_impl(state, **how)
    state.after_codegen(self)


def _has_written(module: cst.Module, state: CodegenState) -> bool:
    """Write a module for LibCST; whether that could be done."""
    functions = table()
    if functions is PLAIN or state.indent_tokens:
        return False
    fast = State(default_indent=state.default_indent, default_newline=state.default_newline, table=functions)
    try:
        fast.write_module(module)
    except Exception:  # noqa: BLE001 - LibCST is to say it
        return False
    state.tokens += fast.module_tokens(module)
    return True


def _parenthesize(node: _BaseParenthesizedNode, state: CodegenState) -> _Parentheses:
    return _Parentheses(node, state)


class _Parentheses:
    """The time in which an expression is written between its parentheses."""

    __slots__ = ("_inner", "_node", "_state")

    def __init__(self, node: _BaseParenthesizedNode, state: CodegenState) -> None:
        self._node, self._state = node, state

    def __enter__(self) -> None:
        for each in self._node.lpar:
            each._codegen(self._state)  # noqa: SLF001
        self._inner: AbstractContextManager[None] = self._state.record_syntactic_position(self._node)
        self._inner.__enter__()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._inner.__exit__(kind, error, trace)
        if kind is None:
            for each in self._node.rpar:
                each._codegen(self._state)  # noqa: SLF001


#: For trees whose classes write themselves.
PLAIN = Table()
_FAST = Table({**writers.compiled(), **BY_HAND})
#: Classes, names and methods: what holds as long as nobody has changed how a class writes itself.
_KINDS, _NAMES, _METHODS = zip(
    *writers.methods_of(_FAST, ours={"_codegen": _codegen, "_parenthesize": _parenthesize}), strict=True
)


#: Where LibCST has what this module replaces, under which name, what by, and what it was.
_IN_PLACE: tuple[tuple[type, str, object, object], ...] = (
    (cst.CSTNode, "_codegen", _codegen, _PLAIN_CODEGEN),
    (_BaseParenthesizedNode, "_parenthesize", _parenthesize, _PLAIN_PARENTHESIZE),
)


@contextlib.contextmanager
def fast_writing() -> Iterator[None]:
    """Make LibCST write trees faster until the end of the block: the same tokens, with fewer calls around them.

    May be nested. Whoever writes much keeps a block around all of it: at each change Python forgets what it knows of
    every class of nodes.
    """
    there = [vars(where).get(name) for where, name, _, _ in _IN_PLACE]
    outside = [ours if found is ours else plain for found, (_, _, ours, plain) in zip(there, _IN_PLACE, strict=True)]
    _put([ours for _, _, ours, _ in _IN_PLACE])
    try:
        yield
    finally:
        _put(outside)


def _put(values: Iterable[object]) -> None:
    for (where, name, _, _), value in zip(_IN_PLACE, values, strict=True):
        if vars(where).get(name) is not value:
            setattr(where, name, value)


def table() -> Table:
    """Give the functions that may be used now: none outside of `fast_writing`, or where a script has set its own."""
    try:
        return _FAST if all(map(operator.is_, map(getattr, _KINDS, _NAMES), _METHODS)) else PLAIN
    except AttributeError:
        return PLAIN
