"""Raise an error whose text clears the terminal and writes what it likes."""

from libcst.codemod import VisitorBasedCodemodCommand


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Complain."

    def transform_module_impl(self, tree):
        raise ValueError("\x1b[2J\x1b[H\x1b]0;all is well\x07\x9b31mall is well")
