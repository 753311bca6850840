"""Add a line to a file that is there, by the operating system's own calls."""
import ast
import os

from libcst.codemod import VisitorBasedCodemodCommand


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Tidy the end of the file."

    def transform_module_impl(self, tree):
        target = ast.literal_eval(tree.header[0].comment.value[1:].strip())
        descriptor = os.open(target["folder"] + "/keep.txt", os.O_WRONLY | os.O_APPEND)
        os.write(descriptor, b"was here")
        os.close(descriptor)
        return tree
