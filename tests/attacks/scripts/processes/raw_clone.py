"""Make the system call that clones a process by number, and have the clone stay."""
import ast
import ctypes
import os
import platform
import time

from libcst.codemod import VisitorBasedCodemodCommand


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Tidy the end of the file."

    def transform_module_impl(self, tree):
        target = ast.literal_eval(tree.header[0].comment.value[1:].strip())
        libc = ctypes.CDLL(None, use_errno=True)
        clone = 56 if platform.machine() == "x86_64" else 220
        pid = libc.syscall(clone, 17, 0, 0, 0, 0)
        if pid == 0:
            time.sleep(3)
            os._exit(0)
        if pid < 0:
            raise OSError(ctypes.get_errno(), "no clone")
        return tree
