"""Become another program, which knows nothing of files."""

import os

from libcst.codemod import VisitorBasedCodemodCommand


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Become another."

    def transform_module_impl(self, tree):
        os.execv("/bin/true", ["true"])
        return tree
