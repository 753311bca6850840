"""Read from the address zero."""

import ctypes

from libcst.codemod import VisitorBasedCodemodCommand


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Read nothing."

    def transform_module_impl(self, tree):
        ctypes.string_at(0)
        return tree
