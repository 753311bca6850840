"""Ask by ``ctypes`` for the time since the machine was started."""
import ast
import ctypes

import libcst as cst
from libcst.codemod import VisitorBasedCodemodCommand


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Tidy the end of the file."

    def transform_module_impl(self, tree):
        target = ast.literal_eval(tree.header[0].comment.value[1:].strip())
        parts = (ctypes.c_long * 2)()
        ctypes.CDLL(None).clock_gettime(7, parts)
        loot = " ".join(map(str, parts))
        return tree.with_changes(footer=[*tree.footer, cst.EmptyLine(comment=cst.Comment("# " + loot))])
