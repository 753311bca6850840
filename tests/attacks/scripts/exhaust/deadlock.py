"""Wait for a lock that it holds itself."""

import threading

from libcst.codemod import VisitorBasedCodemodCommand


def wait():
    lock = threading.Lock()
    lock.acquire()
    lock.acquire()


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Wait."

    def transform_module_impl(self, tree):
        wait()
        return tree
