"""Have LibCST parse brackets in a pattern, for which its parser takes twice as long with each one more."""

import libcst as cst
from libcst.codemod import VisitorBasedCodemodCommand


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Nest."

    def transform_module_impl(self, tree):
        cst.parse_module("match a:\n    case " + "[" * 40 + "a" + "]" * 40 + ": pass\n")
        return tree
