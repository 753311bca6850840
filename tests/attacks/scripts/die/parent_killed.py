"""Kill the process that started it, which all other files need as well."""

import os
import signal

from libcst.codemod import VisitorBasedCodemodCommand


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Kill."

    def transform_module_impl(self, tree):
        os.kill(os.getppid(), signal.SIGKILL)
        return tree
