"""Call itself a million times, each with a list of its own: pure Python recursion takes no stack, only memory."""

import sys

from libcst.codemod import VisitorBasedCodemodCommand


def sink(depth):
    ballast = [0] * 150
    return sink(depth - 1) if depth else ballast


def dive():
    sys.setrecursionlimit(1 << 30)
    sink(900_000)


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Dive."

    def transform_module_impl(self, tree):
        dive()
        return tree
