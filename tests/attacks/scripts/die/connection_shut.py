"""Hang up: shut every socket down in both directions, and leave it open."""

import os
import socket

from libcst.codemod import VisitorBasedCodemodCommand


def hang_up():
    for descriptor in range(64):
        try:
            socket.socket(fileno=os.dup(descriptor)).shutdown(socket.SHUT_RDWR)
        except OSError:
            continue


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Hang up."

    def transform_module_impl(self, tree):
        hang_up()
        return tree
