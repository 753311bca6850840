"""Where in the text each node stands."""

from __future__ import annotations

import contextlib
import re
from bisect import bisect_right
from functools import cached_property
from itertools import accumulate
from typing import TYPE_CHECKING, TypeAlias

import libcst as cst
from libcst._nodes.internal import CodegenState
from libcst.metadata import CodePosition, CodeRange, CodeSpan

from autotransform.tree.mapping import MISSING, NodeMapping

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from contextlib import AbstractContextManager

#: A node, where it starts and the first place behind it, counted in characters.
_Passage: TypeAlias = tuple[cst.CSTNode, int, int]

_LINE_END = re.compile(r"\r\n?|\n")
_NOTHING = contextlib.nullcontext()


class _Writer(CodegenState):
    """Writes a tree, and notes where nodes start and end, whitespace that they own included."""

    def __init__(self, module: cst.Module) -> None:
        super().__init__(default_indent=module.default_indent, default_newline=module.default_newline)
        self.found: dict[int, _Passage] = {}
        #: Where each line starts.
        self.lines = [0]
        self._offset = 0
        self._open: list[int] = []
        self._places: dict[int, CodePosition] = {}

    def add_indent_tokens(self) -> None:
        self.tokens.extend(self.indent_tokens)
        for token in self.indent_tokens:
            self._offset += len(token)

    def add_token(self, value: str) -> None:
        self.tokens.append(value)
        if "\n" in value or "\r" in value:
            self.lines += [self._offset + end.end() for end in _LINE_END.finditer(value)]
        self._offset += len(value)

    def before_codegen(self, node: cst.CSTNode) -> None:
        del node
        self._open.append(self._offset)

    def after_codegen(self, node: cst.CSTNode) -> None:
        start = self._open.pop()
        if id(node) not in self.found:
            self.found[id(node)] = (node, start, self._offset)

    def record_syntactic_position(  # type: ignore[override]
        self, node: cst.CSTNode, *, start_node: cst.CSTNode | None = None, end_node: cst.CSTNode | None = None
    ) -> AbstractContextManager[None]:
        del node, start_node, end_node
        return _NOTHING

    def place(self, offset: int) -> CodePosition:
        """Give line and column of a character."""
        found = self._places.get(offset)
        if found is None:
            line = bisect_right(self.lines, offset)
            self._places[offset] = found = CodePosition(line, offset - self.lines[line - 1])
        return found

    def range(self, passage: _Passage) -> CodeRange:
        """Give the lines and columns of a passage."""
        return CodeRange(self.place(passage[1]), self.place(passage[2]))


class _SyntacticWriter(_Writer):
    """The same without most of the whitespace that nodes own."""

    def record_syntactic_position(  # type: ignore[override]
        self, node: cst.CSTNode, *, start_node: cst.CSTNode | None = None, end_node: cst.CSTNode | None = None
    ) -> AbstractContextManager[None]:
        return _Inner(self, node, start_node, end_node)

    @property
    def offset(self) -> int:
        """Where the writer is."""
        return self._offset


class _SearchingWriter(_SyntacticWriter):
    """Notes where some nodes stand, and no others."""

    def __init__(self, module: cst.Module, *, nodes: Iterable[cst.CSTNode]) -> None:
        super().__init__(module)
        self._wanted = {id(node) for node in nodes}

    def before_codegen(self, node: cst.CSTNode) -> None:
        if id(node) in self._wanted:
            self._open.append(self._offset)

    def after_codegen(self, node: cst.CSTNode) -> None:
        if id(node) in self._wanted:
            super().after_codegen(node)

    def record_syntactic_position(  # type: ignore[override]
        self, node: cst.CSTNode, *, start_node: cst.CSTNode | None = None, end_node: cst.CSTNode | None = None
    ) -> AbstractContextManager[None]:
        if id(node) not in self._wanted:
            return _NOTHING
        # These are written inside, and the node starts or ends where they do.
        self._wanted |= {id(each) for each in (start_node, end_node) if each is not None}
        return _Inner(self, node, start_node, end_node)


class _Inner:
    """The time in which a node is written without the whitespace around it."""

    __slots__ = ("_end_node", "_node", "_start", "_start_node", "_writer")

    def __init__(
        self,
        writer: _SyntacticWriter,
        node: cst.CSTNode,
        start_node: cst.CSTNode | None,
        end_node: cst.CSTNode | None,
    ) -> None:
        self._writer, self._node, self._start_node, self._end_node = writer, node, start_node, end_node
        self._start = 0

    def __enter__(self) -> None:
        self._start = self._writer.offset

    def __exit__(self, *error: object) -> None:
        writer, node, found = self._writer, self._node, self._writer.found
        start = self._start if self._start_node is None else found[id(self._start_node)][1]
        end = writer.offset if self._end_node is None else found[id(self._end_node)][2]
        found[id(node)] = (node, start, end)


class Positions(NodeMapping[CodeRange]):
    """The lines and columns of each node of a module."""

    def __init__(self, module: cst.Module, *, with_whitespace: bool = False) -> None:
        self._module = module
        self._kind = _Writer if with_whitespace else _SyntacticWriter

    @cached_property
    def writer(self) -> _Writer:
        """What has written the module."""
        return _written(self._kind(self._module), module=self._module)

    def find(self, node: cst.CSTNode) -> object:
        """Give the position of a node, or `MISSING`."""
        passage = self.writer.found.get(id(node))
        return MISSING if passage is None else self.writer.range(passage)

    def compute_all(self) -> dict[cst.CSTNode, CodeRange]:
        """Give all positions, in the order in which LibCST comes to know of them."""
        return {passage[0]: self.writer.range(passage) for passage in self.writer.found.values()}


class Spans(NodeMapping[CodeSpan]):
    """The place of each node of a module in bytes of UTF-8."""

    def __init__(self, positions: Positions) -> None:
        self._positions = positions

    @cached_property
    def _bytes(self) -> Sequence[int]:
        """How many bytes stand before each character, and before the end."""
        text = "".join(self._positions.writer.tokens)
        # A newline that the file does not end with is written and taken back: it counts, as with LibCST.
        end = max((passage[2] for passage in self._positions.writer.found.values()), default=0)
        if text.isascii():
            return range(end + 1)
        before = [0, *accumulate(len(char.encode()) for char in text)]
        return [*before, *(before[-1] + more for more in range(1, end + 2 - len(before)))]

    def _span(self, passage: _Passage) -> CodeSpan:
        start, end = self._bytes[passage[1]], self._bytes[passage[2]]
        return CodeSpan(start, end - start)

    def find(self, node: cst.CSTNode) -> object:
        """Give the place of a node, or `MISSING`."""
        passage = self._positions.writer.found.get(id(node))
        return MISSING if passage is None else self._span(passage)

    def compute_all(self) -> dict[cst.CSTNode, CodeSpan]:
        """Give all places, in the order in which LibCST comes to know of them."""
        return {passage[0]: self._span(passage) for passage in self._positions.writer.found.values()}


def positions_of(module: cst.Module, nodes: Iterable[cst.CSTNode]) -> dict[cst.CSTNode, CodeRange]:
    """Give the lines and columns of some nodes of a module, as LibCST's ``PositionProvider`` does.

    Nodes that are no part of the module are left out.
    """
    wanted = list(nodes)
    if not wanted:
        return {}
    writer = _written(_SearchingWriter(module, nodes=wanted), module=module)
    return {node: writer.range(writer.found[id(node)]) for node in wanted if id(node) in writer.found}


def _written(writer: _Writer, *, module: cst.Module) -> _Writer:
    module._codegen(writer)  # noqa: SLF001 - as LibCST's own positions do
    return writer
