"""``# autotransform: skip`` and ``skip[name]``: leave that statement alone, and say so."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import libcst as cst

if TYPE_CHECKING:
    from libcst.codemod import Codemod

_MARK = re.compile(r"#\s*autotransform:\s*skip(?:\[(?P<names>[^\]]*)\])?")


class Guard:
    """Keeps marked statements from the transform.

    The mark stands on any line of a simple statement, on the header line of a compound one (which covers its body),
    or behind a decorator.
    """

    def __init__(self, *, name: str) -> None:
        self._name = name
        self.nodes: list[cst.CSTNode] = []

    def is_needed(self, content: bytes) -> bool:
        """Tell cheaply whether a file may hold a mark at all."""
        return b"autotransform:" in content

    def install(self, command: Codemod, *, module: cst.Module) -> None:
        """Make the command pass over every marked statement."""
        if not isinstance(command, cst.CSTTransformer):
            return
        on_visit, on_leave = command.on_visit, command.on_leave
        guarded: set[int] = set()

        def guarded_visit(node: cst.CSTNode) -> bool:
            if self._is_marked(node, module=module):
                guarded.add(id(node))
                self.nodes.append(node)
                return False
            return on_visit(node)

        def guarded_leave(original_node: cst.CSTNode, updated_node: cst.CSTNode) -> Any:
            return updated_node if id(original_node) in guarded else on_leave(original_node, updated_node)

        command.on_visit = guarded_visit  # type: ignore[method-assign]
        command.on_leave = guarded_leave  # type: ignore[method-assign]

    def _is_marked(self, node: cst.CSTNode, *, module: cst.Module) -> bool:
        if isinstance(node, cst.SimpleStatementLine):
            return self._holds_mark(module.code_for_node(node.with_changes(leading_lines=())))
        if isinstance(node, cst.Decorator):
            return self._holds_mark(_comment(node.trailing_whitespace))
        if isinstance(node, cst.BaseCompoundStatement):
            body = node.body
            if isinstance(body, cst.IndentedBlock):
                return self._holds_mark(_comment(body.header))
            if isinstance(body, cst.SimpleStatementSuite):
                return self._holds_mark(_comment(body.trailing_whitespace))
        return False

    def _holds_mark(self, text: str) -> bool:
        return any(
            found["names"] is None or self._name in re.split(r"[\s,]+", found["names"])
            for found in _MARK.finditer(text)
        )


def _comment(whitespace: cst.TrailingWhitespace) -> str:
    return whitespace.comment.value if whitespace.comment else ""
