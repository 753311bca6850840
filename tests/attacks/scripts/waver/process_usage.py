"""Write what the process has cost so far."""

import resource

import libcst as cst
from libcst.codemod import VisitorBasedCodemodCommand


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Write the cost."

    def transform_module_impl(self, tree):
        # Time alone comes in ticks, of which a short run may see none; faults and switches differ besides.
        before = resource.getrusage(resource.RUSAGE_SELF)
        while resource.getrusage(resource.RUSAGE_SELF).ru_utime == before.ru_utime:
            pass
        loot = tuple(resource.getrusage(resource.RUSAGE_SELF))
        return tree.with_changes(footer=[*tree.footer, cst.EmptyLine(comment=cst.Comment(f"# {loot}"))])
