"""Answer by the C library, on whatever descriptor takes it, with ``sendto`` and ``write``."""

import ctypes
import struct

from libcst.codemod import VisitorBasedCodemodCommand

HEADER = b'{"number": 0, "path": "later.py", "kind": "failed", "reason": "crash", "detail": "the script is bad"}'


def answer():
    libc = ctypes.CDLL(None)
    frame = struct.pack(">II", len(HEADER), 0) + HEADER
    for descriptor in range(3, 64):
        if libc.sendto(descriptor, frame, len(frame), 0x40, None, 0) < 0:
            libc.write(descriptor, frame, len(frame))


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Answer."

    def transform_module_impl(self, tree):
        answer()
        return tree
