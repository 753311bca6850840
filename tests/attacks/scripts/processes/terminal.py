"""Start a program at a terminal of its own."""
import ast
import os
import pty

from libcst.codemod import VisitorBasedCodemodCommand


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Tidy the end of the file."

    def transform_module_impl(self, tree):
        target = ast.literal_eval(tree.header[0].comment.value[1:].strip())
        pid, terminal = pty.fork()
        if pid == 0:
            os.execv("/bin/sh", ["sh", "-c", f"echo here > '{target['mark']}'"])
        os.waitpid(pid, 0)
        os.close(terminal)
        return tree
