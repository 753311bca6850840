"""Take from the interpreter one function that everything else needs."""

import builtins

from libcst.codemod import VisitorBasedCodemodCommand


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Take away."

    def transform_module_impl(self, tree):
        del builtins.len
        return tree
