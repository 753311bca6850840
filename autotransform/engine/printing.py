"""Write modules down, byte for byte as LibCST does, and each of their statements once."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from autotransform.tree.writing import PLAIN, State, fast_writing, table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from autotransform.tree.writing import Table, Written

__all__ = ["Printer", "fast_writing", "written"]


class Printer:
    """Writes one module, and then what came of it: a statement that is the same node has the same text."""

    def __init__(self, module: cst.Module) -> None:
        self._defaults = _defaults(module)
        #: Each statement by its ``id``.
        self._known: dict[int, Written] = {}
        #: Each module with its text, and with its statements but those inside of others that were known.
        self._modules: dict[int, tuple[cst.Module, str, Mapping[int, Written]]] = {}

    def text(self, module: cst.Module) -> str:
        """Give what ``module.code`` is."""
        return self._module(module)[1]

    def content(self, module: cst.Module) -> bytes:
        """Give what ``module.bytes`` is."""
        if type(module) is not cst.Module:  # whatever a script gives for one
            return module.bytes
        return self.text(module).encode(module.encoding)

    def forget(self) -> None:
        """Write each statement again that is asked for from now on: a script may have changed it where it stands."""
        self._known = {}

    def common(self, before: cst.Module, after: cst.Module) -> Mapping[int, Written]:
        """Give the statements of one module that stand in another, too, by their ``id``."""
        statements, others = self._module(before)[2], self._module(after)[2]
        return {key: statements[key] for key in statements.keys() & others.keys()}

    def _module(self, module: cst.Module) -> tuple[cst.Module, str, Mapping[int, Written]]:
        found = self._modules.get(id(module))
        if found is None:
            found = self._modules[id(module)] = (module, *self._written(module))
        return found

    def _written(self, module: cst.Module) -> tuple[str, Mapping[int, Written]]:
        if type(module) is not cst.Module or _defaults(module) != self._defaults:
            return module.code, {}
        try:
            state = self._state(table())
            state.write_module(module)
        except Exception:  # noqa: BLE001 - whatever is wrong with a node of a script's making: LibCST is to say it
            state = self._state(PLAIN)
            state.write_module(module)
        self._known |= state.seen
        return "".join(state.module_tokens(module)), state.seen

    def _state(self, functions: Table) -> State:
        indent, newline = self._defaults
        return State(default_indent=indent, default_newline=newline, table=functions, known=self._known)


def _defaults(module: cst.Module) -> tuple[str, str]:
    return module.default_indent, module.default_newline


def written(
    statements: Iterable[cst.CSTNode], *, default_indent: str, default_newline: str, indents: Iterable[str] = ()
) -> str:
    """Give the text of some statements that stand so deep."""
    there, depth = [*statements], [*indents]

    def text(functions: Table) -> str:
        state = State(default_indent=default_indent, default_newline=default_newline, table=functions)
        state.indent_tokens += depth
        state.write(there)
        return "".join(state.tokens)

    try:
        return text(table())
    except Exception:  # noqa: BLE001 - whatever is wrong with a node of a script's making: LibCST is to say it
        return text(PLAIN)
