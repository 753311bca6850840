"""Write what the process has cost so far."""

import resource

import libcst as cst
from libcst.codemod import VisitorBasedCodemodCommand


def costs(times):
    usage = resource.getrusage(resource.RUSAGE_SELF)
    for _ in range(times):
        before = usage.ru_utime
        while usage.ru_utime == before:
            usage = resource.getrusage(resource.RUSAGE_SELF)
        yield usage


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Write the cost."

    def transform_module_impl(self, tree):
        # Time alone comes in ticks, of which a short run may see none; faults and switches differ besides. What two
        # runs may share once they do not share several times.
        loot = [tuple(usage) for usage in costs(8)]
        return tree.with_changes(footer=[*tree.footer, cst.EmptyLine(comment=cst.Comment(f"# {loot}"))])
