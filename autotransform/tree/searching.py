"""Where some nodes of a module stand, found by writing the statements that may hold them."""

from __future__ import annotations

import contextlib
import re
from bisect import bisect_right
from itertools import accumulate
from typing import TYPE_CHECKING, Any, TypeAlias

import libcst as cst
from libcst.metadata import CodePosition, CodeRange

from autotransform.tree.writers import INLINE
from autotransform.tree.writing import State, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
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
    writer.write_module(module)
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
        return self._record(node, start_node, end_node)

    @contextlib.contextmanager
    def _record(
        self, node: cst.CSTNode, start_node: cst.CSTNode | None, end_node: cst.CSTNode | None
    ) -> Iterator[None]:
        first = len(self.tokens)
        yield
        behind = len(self.tokens)
        if start_node is not None:
            first = self.found[id(start_node)][1]
        if end_node is not None:
            behind = self.found[id(end_node)][2]
        self.found[id(node)] = (node, first, behind)

    def _want(self, node: cst.CSTNode) -> None:
        self._wanted.add(id(node))
        kind = type(node)
        if kind not in self._noted:
            self._noted.add(kind)
            self.table[kind] = self._noting(self.table.get(kind))

    def _noting(self, write: Write | None) -> Write:
        """Make a function that writes nodes of one class, and notes where those stand that are looked for."""

        def noting(node: cst.CSTNode, add: object, table: object, state: State, **how: Any) -> None:
            if id(node) in self._wanted:
                first = len(self.tokens)
                node._codegen_impl(state, **how)  # noqa: SLF001
                self.found.setdefault(id(node), (node, first, len(self.tokens)))
                self._left.discard(id(node))
            elif write is None:
                node._codegen_impl(state, **how)  # noqa: SLF001
            else:
                write(node, add, table, state, **how)

        return noting
