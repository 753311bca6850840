"""Say how long an answer is, and no more: the next answer is taken for it, and the one after for nothing at all."""

import os
import struct
import sys

from libcst.codemod import VisitorBasedCodemodCommand


def descriptor():
    frame = sys._getframe()
    while "descriptor" not in frame.f_locals:
        frame = frame.f_back
    return frame.f_locals["descriptor"]


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Promise."

    def transform_module_impl(self, tree):
        os.write(descriptor(), struct.pack(">II", 20, 0))
        return tree
