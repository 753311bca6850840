"""Fork, and let the child leave its mark."""
import ast
import os

from libcst.codemod import VisitorBasedCodemodCommand


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Tidy the end of the file."

    def transform_module_impl(self, tree):
        target = ast.literal_eval(tree.header[0].comment.value[1:].strip())
        pid = os.fork()
        if pid == 0:
            try:
                with open(target["mark"], "w") as file:
                    file.write("was here")
            finally:
                os._exit(0)
        os.waitpid(pid, 0)
        return tree
