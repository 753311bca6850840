"""Read from the connection on which the next job would come, and wait for one."""

import os

from libcst.codemod import VisitorBasedCodemodCommand


def listen():
    for descriptor in range(64):
        try:
            os.read(descriptor, 1)
        except OSError:
            continue


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Listen."

    def transform_module_impl(self, tree):
        listen()
        return tree
