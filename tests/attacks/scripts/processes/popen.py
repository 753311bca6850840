"""Start a program by ``subprocess``."""
import ast
import subprocess

from libcst.codemod import VisitorBasedCodemodCommand


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Tidy the end of the file."

    def transform_module_impl(self, tree):
        target = ast.literal_eval(tree.header[0].comment.value[1:].strip())
        subprocess.run(["touch", target["mark"]], check=True)
        return tree
