"""Forbid itself to take more memory, and use up what is left, so that the next file has none."""

import resource

import libcst as cst
from libcst.codemod import VisitorBasedCodemodCommand


def starve():
    resource.setrlimit(resource.RLIMIT_AS, (1 << 20, 1 << 20))
    cst.hoard = []
    for size in (1 << 16, 1 << 12, 1 << 8, 1):
        try:
            while True:
                cst.hoard.append(bytearray(size))
        except MemoryError:
            continue


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Starve."

    def transform_module_impl(self, tree):
        starve()
        return tree
