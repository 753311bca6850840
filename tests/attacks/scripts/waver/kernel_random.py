"""Read the random bytes that the kernel gave the process at its start, in memory, without a system call."""

import ctypes

import libcst as cst
from libcst.codemod import VisitorBasedCodemodCommand


def given():
    libc = ctypes.CDLL(None)
    libc.getauxval.restype = ctypes.c_void_p
    return ctypes.string_at(libc.getauxval(ctypes.c_ulong(25)), 16).hex()


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Write what the kernel gave."

    def transform_module_impl(self, tree):
        loot = given()
        return tree.with_changes(footer=[*tree.footer, cst.EmptyLine(comment=cst.Comment(f"# {loot}"))])
