"""Match a pattern that has two to the fortieth ways not to match."""

import re

from libcst.codemod import VisitorBasedCodemodCommand


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Match."

    def transform_module_impl(self, tree):
        re.match(r"(a+)+$", "a" * 40 + "b")
        return tree
