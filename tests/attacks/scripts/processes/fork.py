"""Fork, and let the child leave its mark, or at least stay."""
import ast
import os
import time

from libcst.codemod import VisitorBasedCodemodCommand


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Tidy the end of the file."

    def transform_module_impl(self, tree):
        target = ast.literal_eval(tree.header[0].comment.value[1:].strip())
        if os.fork() == 0:
            try:
                with open(target["mark"], "w") as file:
                    file.write("was here")
            except OSError:
                time.sleep(3)
            finally:
                os._exit(0)
        return tree
