"""Leave a process behind that goes on answering, whatever becomes of this one."""

import os
import struct
import sys
import time

from libcst.codemod import VisitorBasedCodemodCommand

HEADER = (
    b'{"number": 0, "path": "later.py", "kind": "changed", "sites": [], "warnings": [], "words": [], "breaches": []}'
)


def descriptor():
    frame = sys._getframe()
    while "descriptor" not in frame.f_locals:
        frame = frame.f_back
    return frame.f_locals["descriptor"]


def answer(channel):
    ends = os.pipe()
    if os.fork() == 0:
        for _ in range(50):
            os.write(channel, struct.pack(">II", len(HEADER), 7) + HEADER + b"forged\n")
            os.write(ends[1], b"-")
            time.sleep(0.001)
        os._exit(0)
    os.read(ends[0], 1)


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Answer."

    def transform_module_impl(self, tree):
        answer(descriptor())
        return tree
