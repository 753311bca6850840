# ruff: noqa: N802 - LibCST names its visitor methods
"""Rename ``a_module.old_name`` to ``new_name`` wherever its qualified name says so."""

from __future__ import annotations

import libcst as cst
from libcst.codemod import CodemodContext, VisitorBasedCodemodCommand
from libcst.helpers import get_full_name_for_node
from libcst.metadata import QualifiedNameProvider, QualifiedNameSource

MENTIONS = ["old_name"]
MODULE, OLD, NEW = "a_module", "old_name", "new_name"


class Rename(VisitorBasedCodemodCommand):
    DESCRIPTION = "Rename a_module.old_name to new_name."
    METADATA_DEPENDENCIES = (QualifiedNameProvider,)

    def __init__(self, context: CodemodContext) -> None:
        super().__init__(context)
        # Names that stand where a lookup by scope means nothing: after a dot, before `=` in a call, in an import.
        self.decided: dict[cst.CSTNode, bool] = {}

    def visit_ImportFrom(self, node: cst.ImportFrom) -> None:
        if isinstance(node.names, cst.ImportStar):
            return
        is_old = bool(node.module and not node.relative and get_full_name_for_node(node.module) == MODULE)
        for alias in node.names:
            self.decided[alias.name] = is_old

    def visit_Attribute(self, node: cst.Attribute) -> None:
        if node.attr.value == OLD:
            self.decided[node.attr] = self.is_old(node)

    def visit_Arg(self, node: cst.Arg) -> None:
        if node.keyword is not None:
            self.decided[node.keyword] = False

    def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.Name:
        if updated_node.value != OLD:
            return updated_node
        is_old = self.decided.get(original_node)
        if is_old is None:
            is_old = self.is_old(original_node)
        return updated_node.with_changes(value=NEW) if is_old else updated_node

    def is_old(self, node: cst.CSTNode) -> bool:
        names = self.get_metadata(QualifiedNameProvider, node, ())
        return any(name.name == f"{MODULE}.{OLD}" and name.source is QualifiedNameSource.IMPORT for name in names)
