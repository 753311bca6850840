"""Write what the process has cost so far."""

import resource

import libcst as cst
from libcst.codemod import VisitorBasedCodemodCommand


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Write the cost."

    def transform_module_impl(self, tree):
        loot = resource.getrusage(resource.RUSAGE_SELF).ru_utime
        return tree.with_changes(footer=[*tree.footer, cst.EmptyLine(comment=cst.Comment(f"# {loot}"))])
