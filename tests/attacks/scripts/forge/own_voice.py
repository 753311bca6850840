"""Leave the socket alone, and change the function that writes the answers down."""

import sys

from libcst.codemod import VisitorBasedCodemodCommand


def change():
    for module in [*sys.modules.values()]:
        honest = getattr(module, "pack", None)
        if getattr(honest, "__module__", "").endswith(".wire"):
            module.pack = lambda frame, honest=honest: honest(frame).replace(b"flag = True", b"flag = 1234")


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Change the voice."

    def transform_module_impl(self, tree):
        change()
        return tree
