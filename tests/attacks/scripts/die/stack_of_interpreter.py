"""Overflow the interpreter's own stack, by the text of a list in a list, with the limit that guards it lifted."""

import sys

from libcst.codemod import VisitorBasedCodemodCommand


def nested(levels):
    inner = []
    for _ in range(levels):
        inner = [inner]
    return inner


def dive():
    sys.setrecursionlimit(1 << 30)
    return repr(nested(400_000))


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Nest."

    def transform_module_impl(self, tree):
        dive()
        return tree
