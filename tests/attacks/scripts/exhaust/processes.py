"""Start processes that sleep."""

import os
import time

from libcst.codemod import VisitorBasedCodemodCommand


def multiply():
    for _ in range(8):
        if os.fork() == 0:
            time.sleep(3)
            os._exit(0)
    time.sleep(0.2)


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Multiply."

    def transform_module_impl(self, tree):
        multiply()
        return tree
