"""Ask ``/proc`` for the number of the parent and when it was started."""
import ast

import libcst as cst
from libcst.codemod import VisitorBasedCodemodCommand


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Tidy the end of the file."

    def transform_module_impl(self, tree):
        target = ast.literal_eval(tree.header[0].comment.value[1:].strip())
        with open("/proc/self/stat") as file:
            parent = file.read().rpartition(")")[2].split()[1]
        with open(f"/proc/{parent}/stat") as file:
            loot = parent + " " + file.read().rpartition(")")[2].split()[19]
        return tree.with_changes(footer=[*tree.footer, cst.EmptyLine(comment=cst.Comment("# " + loot))])
