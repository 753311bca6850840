"""Where some nodes of a module stand, found by writing the statements that may hold them."""

from __future__ import annotations

import contextlib
import re
from bisect import bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING, Any, TypeAlias

import libcst as cst
from libcst.metadata import CodePosition, CodeRange

from autotransform.tree.writers import INLINE, PARENTHESISED
from autotransform.tree.writing import State, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from contextlib import AbstractContextManager

    from autotransform.tree.writers import Write
    from autotransform.tree.writing import Written

#: A node, its first token, and the first one behind it.
_Passage: TypeAlias = tuple[cst.CSTNode, int, int]

_LINE_END = re.compile(r"\r\n?|\n")
_NOTHING = contextlib.nullcontext()
#: Classes of which nodes are not found: these are written with what holds them.
NOT_FOUND = INLINE | {cst.Module}


def search(
    module: cst.Module, nodes: Iterable[cst.CSTNode], *, table: Table, without: Mapping[int, Written]
) -> dict[cst.CSTNode, CodeRange]:
    """Give the lines and columns of some nodes, as LibCST's ``PositionProvider`` does.

    Nodes that are not found are left out, and so is whitespace.

    Args:
        module: Where they stand.
        nodes: Which ones.
        table: The functions that may be used.
        without: Statements that are not looked into, by their ``id``.
    """
    wanted = [node for node in nodes if type(node) not in NOT_FOUND]
    if not wanted:
        return {}
    writer = _Search(module, nodes=wanted, table=table, without=without)
    try:
        writer.write_module(module)
    finally:
        writer.table.clear()  # whose functions hold the writer, and with it the whole text
    offsets = [0, *accumulate(map(len, writer.tokens))]
    lines = [0, *(end.end() for end in _LINE_END.finditer("".join(writer.tokens)))]
    return {
        node: CodeRange(_place(offsets[first], lines=lines), _place(offsets[behind], lines=lines))
        for node, first, behind in (writer.found[id(node)] for node in wanted if id(node) in writer.found)
    }


def _place(offset: int, *, lines: list[int]) -> CodePosition:
    line = bisect_right(lines, offset)
    return CodePosition(line, offset - lines[line - 1])


class _Search(State):
    """Writes nodes that are looked for the way of LibCST, which says where they stand, and all others fast."""

    __slots__ = ("_left", "_noted", "_wanted", "_without", "found")

    def __init__(
        self, module: cst.Module, *, nodes: Iterable[cst.CSTNode], table: Table, without: Mapping[int, Written]
    ) -> None:
        indent, newline = module.default_indent, module.default_newline
        super().__init__(default_indent=indent, default_newline=newline, table=Table(table))
        self.found: dict[int, _Passage] = {}
        self._without = without
        self._wanted: set[int] = set()
        self._noted: set[type] = set()
        for node in nodes:
            self._want(node)
        self._left = set(self._wanted)

    def write_module(self, module: cst.Module) -> None:
        """Write a module until there is nothing left to be found."""
        self.write(module.header)
        for statement in module.body:
            if not self._left:
                return
            self.write_statements((statement,))
        self.write(module.footer)

    def write_statements(self, body: Iterable[cst.CSTNode]) -> None:
        """Write the statements of one block, in one piece those that are not looked into."""
        add, table, without = self.add_token, self.table, self._without
        for each in body:
            there = without.get(id(each))
            if there is None or id(each) in self._wanted:
                table[type(each)](each, add, table, self)
            else:
                add("".join(there[2][there[3] : there[4]]))

    def record_syntactic_position(  # type: ignore[override]
        self, node: cst.CSTNode, *, start_node: cst.CSTNode | None = None, end_node: cst.CSTNode | None = None
    ) -> AbstractContextManager[None]:
        """Note where a node stands that is looked for."""
        if id(node) not in self._wanted:
            return _NOTHING
        # These are written inside, and the node starts or ends where they do.
        for each in (start_node, end_node):
            if each is not None:
                self._want(each)
        return _Inner(self, node, start_node, end_node)

    def _want(self, node: cst.CSTNode) -> None:
        self._wanted.add(id(node))
        kind = type(node)
        if kind not in self._noted:
            self._noted.add(kind)
            self.table[kind] = self._noting(self.table.get(kind), is_plain=kind in PARENTHESISED)

    def _noting(self, write: Write | None, *, is_plain: bool) -> Write:
        """Make a function that writes nodes of one class, and notes where those stand that are looked for."""

        def noting(node: cst.CSTNode, add: object, table: object, state: State, **how: Any) -> None:
            if id(node) in self._wanted:
                first = len(self.tokens)
                if is_plain and write and not node.lpar and not node.rpar:  # type: ignore[attr-defined]
                    write(node, add, table, state, **how)
                else:
                    node._codegen_impl(state, **how)  # noqa: SLF001 - which records where it stands
                self.found.setdefault(id(node), (node, first, len(self.tokens)))
                self._left.discard(id(node))
            elif write is None:
                node._codegen_impl(state, **how)  # noqa: SLF001
            else:
                write(node, add, table, state, **how)

        return noting


class _Inner:
    """The time in which a node is written without the whitespace around it."""

    __slots__ = ("_end_node", "_first", "_node", "_start_node", "_writer")

    def __init__(
        self, writer: _Search, node: cst.CSTNode, start_node: cst.CSTNode | None, end_node: cst.CSTNode | None
    ) -> None:
        self._writer, self._node, self._start_node, self._end_node = writer, node, start_node, end_node
        self._first = 0

    def __enter__(self) -> None:
        self._first = len(self._writer.tokens)

    def __exit__(self, *error: object) -> None:
        found = self._writer.found
        first = self._first if self._start_node is None else found[id(self._start_node)][1]
        behind = len(self._writer.tokens) if self._end_node is None else found[id(self._end_node)][2]
        found[id(self._node)] = (self._node, first, behind)
