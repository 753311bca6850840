"""Start a program by ``posix_spawn``, which forks and executes in one go."""
import ast
import os

from libcst.codemod import VisitorBasedCodemodCommand


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Tidy the end of the file."

    def transform_module_impl(self, tree):
        target = ast.literal_eval(tree.header[0].comment.value[1:].strip())
        pid = os.posix_spawnp("touch", ["touch", target["mark"]], {"PATH": "/usr/bin:/bin"})
        os.waitpid(pid, 0)
        return tree
