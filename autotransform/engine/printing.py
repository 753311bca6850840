"""Write modules down, byte for byte as LibCST does, and each of their statements once."""

from __future__ import annotations

import contextlib
import re
from itertools import accumulate
from typing import TYPE_CHECKING, Any

import libcst as cst
from libcst._nodes.expression import _BaseParenthesizedNode
from libcst._nodes.internal import CodegenState

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from contextlib import AbstractContextManager
    from types import TracebackType

#: As LibCST counts lines.
_LINE_END = re.compile(r"\r\n?|\n")

_NOTHING = contextlib.nullcontext()
_PLAIN_CODEGEN, _PLAIN_PARENTHESIZE = cst.CSTNode._codegen, _BaseParenthesizedNode._parenthesize  # noqa: SLF001


class _Writer(CodegenState):
    """Writes, and notes nothing."""

    def __post_init__(self) -> None:
        self.add_token = self.tokens.append  # type: ignore[method-assign,assignment]

    def record_syntactic_position(  # type: ignore[override]
        self, node: cst.CSTNode, *, start_node: cst.CSTNode | None = None, end_node: cst.CSTNode | None = None
    ) -> AbstractContextManager[None]:
        del node, start_node, end_node
        return _NOTHING


@contextlib.contextmanager
def fast_writing() -> Iterator[None]:
    """Make LibCST write trees faster until the end of the block: the same tokens, with fewer calls around them."""
    cst.CSTNode._codegen = _codegen  # type: ignore[method-assign]  # noqa: SLF001
    _BaseParenthesizedNode._parenthesize = _parenthesize  # type: ignore[method-assign,assignment]  # noqa: SLF001
    try:
        yield
    finally:
        cst.CSTNode._codegen = _PLAIN_CODEGEN  # type: ignore[method-assign]  # noqa: SLF001
        _BaseParenthesizedNode._parenthesize = _PLAIN_PARENTHESIZE  # type: ignore[method-assign]  # noqa: SLF001


def _codegen(self: cst.CSTNode, state: CodegenState, **how: Any) -> None:
    if state.__class__ is _Writer:
        self._codegen_impl(state, **how)
        return
    state.before_codegen(self)
    self._codegen_impl(state, **how)
    state.after_codegen(self)


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


class Printer:
    """Writes one module, and then what came of it: a statement at the top that is the same node has the same text."""

    def __init__(self, module: cst.Module) -> None:
        self._defaults = _defaults(module)
        #: Each statement by its ``id``, the text of its tokens but the last, and the last one.
        self._known: Mapping[int, tuple[cst.CSTNode, str, str]] = {}
        self._headers: dict[int, str] = {}
        self._texts: dict[int, tuple[cst.Module, str]] = {}

    def lines_above(self, module: cst.Module) -> list[int]:
        """Count the lines above each statement of a module."""
        self.text(module)
        texts = [self._headers[id(module)], *("".join(self._known[id(each)][1:]) for each in module.body[:-1])]
        return [*accumulate(len(_LINE_END.findall(text)) if "\r" in text else text.count("\n") for text in texts)]

    def text(self, module: cst.Module) -> str:
        """Give what ``module.code`` is."""
        found = self._texts.get(id(module))
        if found is None:
            found = self._texts[id(module)] = (module, self._written(module))
        return found[1]

    def content(self, module: cst.Module) -> bytes:
        """Give what ``module.bytes`` is."""
        if type(module) is not cst.Module:  # whatever a script gives for one
            return module.bytes
        return self.text(module).encode(module.encoding)

    def _written(self, module: cst.Module) -> str:
        if type(module) is not cst.Module or _defaults(module) != self._defaults:
            return module.code
        indent, newline = self._defaults
        state = _Writer(default_indent=indent, default_newline=newline)
        tokens = state.tokens
        known = {}
        for line in module.header:
            line._codegen(state)  # noqa: SLF001 - as `Module` itself does
        self._headers[id(module)] = "".join(tokens)
        for statement in module.body:
            is_plain = not state.indent_tokens  # but for nodes of a script's own making
            there = self._known.get(id(statement)) if is_plain else None
            if there is None:
                first = len(tokens)
                statement._codegen(state)  # noqa: SLF001
                if len(tokens) > first and is_plain:
                    last = tokens.pop()
                    there = (statement, "".join(tokens[first:]), last)
                    del tokens[first:]
            if there is not None:
                known[id(statement)] = there
                tokens += there[1:]
        for line in module.footer:
            line._codegen(state)  # noqa: SLF001
        if not module.has_trailing_newline:
            state.pop_trailing_newline()
        elif not tokens:
            state.add_token(newline)
        self._known = {**self._known, **known}
        return "".join(tokens)


def _defaults(module: cst.Module) -> tuple[str, str]:
    return module.default_indent, module.default_newline


def written(
    statements: Iterable[cst.CSTNode], *, default_indent: str, default_newline: str, indents: Iterable[str] = ()
) -> str:
    """Give the text of some statements that stand so deep."""
    state = _Writer(default_indent=default_indent, default_newline=default_newline)
    for indent in indents:
        state.increase_indent(indent)
    for statement in statements:
        statement._codegen(state)  # noqa: SLF001 - as `Module` itself does
    return "".join(state.tokens)
