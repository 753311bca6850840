"""Give names parentheses by default, by the default values of a function that everybody calls."""

import libcst as cst
from libcst.codemod import VisitorBasedCodemodCommand


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Change a default."

    def transform_module_impl(self, tree):
        cst.Name.__init__.__defaults__ = ((cst.LeftParen(),), (cst.RightParen(),))
        return tree
