"""Stop its own process, which then neither runs nor ends."""

import os
import signal

from libcst.codemod import VisitorBasedCodemodCommand


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Stop."

    def transform_module_impl(self, tree):
        os.kill(os.getpid(), signal.SIGSTOP)
        return tree
