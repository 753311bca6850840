"""Make a file look older than it is, so that whatever looks at times builds nothing anew."""
import ast
import os

from libcst.codemod import VisitorBasedCodemodCommand


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Tidy the end of the file."

    def transform_module_impl(self, tree):
        target = ast.literal_eval(tree.header[0].comment.value[1:].strip())
        os.utime(target["folder"] + "/keep.txt", (0, 0))
        return tree
