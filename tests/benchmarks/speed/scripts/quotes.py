# ruff: noqa: ARG002, N802, TC002 - LibCST names its visitor methods, and fixes their parameters
"""Write strings that hold no quote and no backslash in single quotes; leave those inside of f-strings alone."""

from __future__ import annotations

import libcst as cst
from libcst.codemod import VisitorBasedCodemodCommand


class Quotes(VisitorBasedCodemodCommand):
    DESCRIPTION = "Write plain strings in single quotes."

    def visit_FormattedString(self, node: cst.FormattedString) -> bool:
        return False

    def leave_SimpleString(self, original_node: cst.SimpleString, updated_node: cst.SimpleString) -> cst.SimpleString:
        prefix, _, rest = updated_node.value.partition('"')
        inside = rest[:-1]
        if "'" in updated_node.value or '"' in inside or "\\" in inside:
            return updated_node
        return updated_node.with_changes(value=f"{prefix}'{inside}'")
