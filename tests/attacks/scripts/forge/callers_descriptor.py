"""Take the descriptor from the variables of the function that will answer, and answer before it."""

import os
import struct
import sys

from libcst.codemod import VisitorBasedCodemodCommand

HEADER = b'{"number": 0, "path": "later.py", "kind": "unchanged", "sites": [], "warnings": [], "words": []}'


def descriptor():
    frame = sys._getframe()
    while "descriptor" not in frame.f_locals:
        frame = frame.f_back
    return frame.f_locals["descriptor"]


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Answer."

    def transform_module_impl(self, tree):
        os.write(descriptor(), struct.pack(">II", len(HEADER), 0) + HEADER)
        return tree
