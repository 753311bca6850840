"""Leave a process behind that has cut every tie to this one."""
import ast
import os
import time

from libcst.codemod import VisitorBasedCodemodCommand


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Tidy the end of the file."

    def transform_module_impl(self, tree):
        target = ast.literal_eval(tree.header[0].comment.value[1:].strip())
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                time.sleep(5)
            os._exit(0)
        return tree
