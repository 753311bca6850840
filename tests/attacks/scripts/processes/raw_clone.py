"""Make the system call that clones a process by number, and execute a program."""
import ast
import ctypes
import os
import platform

from libcst.codemod import VisitorBasedCodemodCommand


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Tidy the end of the file."

    def transform_module_impl(self, tree):
        target = ast.literal_eval(tree.header[0].comment.value[1:].strip())
        libc = ctypes.CDLL(None, use_errno=True)
        clone = 56 if platform.machine() == "x86_64" else 220
        pid = libc.syscall(clone, 17, 0, 0, 0, 0)
        if pid == 0:
            os.execv("/bin/sh", ["sh", "-c", f"echo here > '{target['mark']}'"])
        if pid < 0:
            raise OSError(ctypes.get_errno())
        os.waitpid(pid, 0)
        return tree
