"""Abort."""

import os

from libcst.codemod import VisitorBasedCodemodCommand


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Abort."

    def transform_module_impl(self, tree):
        os.abort()
        return tree
