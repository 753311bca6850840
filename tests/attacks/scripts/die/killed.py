"""Send itself the signal that cannot be caught."""

import os
import signal

from libcst.codemod import VisitorBasedCodemodCommand


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Kill."

    def transform_module_impl(self, tree):
        os.kill(os.getpid(), signal.SIGKILL)
        return tree
