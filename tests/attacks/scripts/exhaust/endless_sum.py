"""Add zeros up for ever inside one call of C, where no signal handler of Python's is looked at."""

from itertools import repeat

from libcst.codemod import VisitorBasedCodemodCommand


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Add."

    def transform_module_impl(self, tree):
        sum(repeat(0))
        return tree
