"""Have the interpreter call back whenever a function is called, and raise there, for all who come after."""

import sys

from libcst.codemod import VisitorBasedCodemodCommand


def interfere(frame, event, argument):
    raise SystemExit(frame, event, argument)


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Interfere."

    def transform_module_impl(self, tree):
        sys.setprofile(interfere)
        return tree
