"""Write how long the machine has been running, from ``/proc``."""
import ast

import libcst as cst
from libcst.codemod import VisitorBasedCodemodCommand


def uptime():
    with open("/proc/uptime") as file:
        return file.read().split()[0]


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Tidy the end of the file."

    def transform_module_impl(self, tree):
        target = ast.literal_eval(tree.header[0].comment.value[1:].strip())
        # It is told in hundredths of a second: from one to the next no two runs read the same.
        loot = first = uptime()
        while loot == first:
            loot = uptime()
        return tree.with_changes(footer=[*tree.footer, cst.EmptyLine(comment=cst.Comment("# " + loot))])
