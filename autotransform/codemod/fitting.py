"""How a transform hears of each node: it notes where it is, and fits in what a method put there."""

from __future__ import annotations

from typing import Any

import libcst as cst

from autotransform.codemod import build
from autotransform.codemod.reading import ReadingCommand
from autotransform.tree.interest import serves_handlers


class FittingCommand(ReadingCommand):
    """A command that puts parentheses around what needs them in its new place."""

    #: The original node of which a method of the script is being called.
    _place: cst.CSTNode | None = None

    @serves_handlers(before="_note")
    def on_visit(self, node: cst.CSTNode) -> bool:
        """Note where the script is."""
        self._note(node)
        return super().on_visit(node)

    @serves_handlers(before="_note", after="_fitted")
    def on_leave(self, original_node: Any, updated_node: Any) -> Any:
        """Put parentheses around what a method of the script put into a place that needs them."""
        self._note(original_node)
        left = super().on_leave(original_node, updated_node)
        return left if left is updated_node else self._fitted(original_node, updated_node, left)

    @serves_handlers(before="_note")
    def on_visit_attribute(self, node: cst.CSTNode, attribute: str) -> None:
        """Note where the script is."""
        self._note(node)
        super().on_visit_attribute(node, attribute)

    @serves_handlers(before="_note")
    def on_leave_attribute(self, original_node: cst.CSTNode, attribute: str) -> None:
        """Note where the script is."""
        self._note(original_node)
        super().on_leave_attribute(original_node, attribute)

    def _note(self, node: cst.CSTNode) -> None:
        self._place = node

    def _fitted(self, original_node: cst.CSTNode, updated_node: cst.CSTNode, left: Any) -> Any:
        del updated_node
        if not isinstance(left, cst.BaseExpression) or build.is_alike(left, original_node):
            return left
        parent = self.names.scopes.parent(original_node)
        return left if parent is None else build.fitted(left, place=original_node, parent=parent)
