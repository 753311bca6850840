"""Wrap the method by which trees are visited, so that every later file gets a line more."""

import libcst as cst
from libcst.codemod import VisitorBasedCodemodCommand


def wrap():
    honest = cst.Module.visit

    def visit(self, visitor):
        seen = honest(self, visitor)
        return seen.with_changes(footer=[cst.EmptyLine(comment=cst.Comment("# poisoned"))])

    cst.Module.visit = visit


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Wrap the visit."

    def transform_module_impl(self, tree):
        wrap()
        return tree
