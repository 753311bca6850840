"""Leave a thread behind that answers for a later file as soon as its own answer is out."""

import os
import socket
import struct
import sys
import threading

from libcst.codemod import VisitorBasedCodemodCommand

HEADER = (
    b'{"number": 0, "path": "later.py", "kind": "changed", "sites": [], "warnings": [], "words": [], "breaches": []}'
)


def descriptor():
    frame = sys._getframe()
    while "descriptor" not in frame.f_locals:
        frame = frame.f_back
    return frame.f_locals["descriptor"]


def take(ear, size):
    parts = b""
    while len(parts) < size:
        parts += ear.recv(size - len(parts))
    return parts


def pass_on_and_answer(channel, ear):
    lengths = take(ear, 8)
    os.write(channel, lengths + take(ear, sum(struct.unpack(">II", lengths))))
    os.write(channel, struct.pack(">II", len(HEADER), 7) + HEADER + b"forged\n")


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Answer later."

    def transform_module_impl(self, tree):
        # Between the two ends of the connection nothing is a matter of who comes first.
        ear, mouth = socket.socketpair()
        channel = os.dup(descriptor())
        os.dup2(mouth.detach(), descriptor())
        threading.Thread(target=pass_on_and_answer, args=(channel, ear), daemon=True).start()
        return tree
