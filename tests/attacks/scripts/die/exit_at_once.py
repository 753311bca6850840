"""Leave the process without a word to the interpreter."""

import os

from libcst.codemod import VisitorBasedCodemodCommand


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Leave."

    def transform_module_impl(self, tree):
        os._exit(0)
        return tree
