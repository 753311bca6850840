"""Raise a number to a power that takes the interpreter minutes, in one operation."""

from libcst.codemod import VisitorBasedCodemodCommand


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Raise."

    def transform_module_impl(self, tree):
        self.context.scratch["power"] = 7 ** (1 << 26)
        return tree
