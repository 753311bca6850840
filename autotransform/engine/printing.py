"""Write modules down, byte for byte as LibCST does, and each of their statements once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst
from libcst._nodes.internal import CodegenState

if TYPE_CHECKING:
    from collections.abc import Mapping


class Printer:
    """Writes one module, and then what came of it: a statement at the top that is the same node has the same text."""

    def __init__(self, module: cst.Module) -> None:
        self._defaults = _defaults(module)
        #: Each statement by its ``id``, the text of its tokens but the last, and the last one.
        self._known: Mapping[int, tuple[object, str, str]] = {}
        self._texts: dict[int, tuple[cst.Module, str]] = {}

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
        state = CodegenState(default_indent=indent, default_newline=newline)
        tokens = state.tokens
        known = {}
        for line in module.header:
            line._codegen(state)  # noqa: SLF001 - as `Module` itself does
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
