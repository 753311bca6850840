"""Never end, at no cost: sleep."""

import time

from libcst.codemod import VisitorBasedCodemodCommand


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Sleep."

    def transform_module_impl(self, tree):
        time.sleep(3_600)
        return tree
