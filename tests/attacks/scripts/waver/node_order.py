"""Put nodes into a set, which orders them by where they stand in memory."""

import libcst as cst
from libcst.codemod import VisitorBasedCodemodCommand


def places(things):
    """Say where each stands in sets that are so full that all of an address decides about it."""
    crowds = [[(start + each) % 128 for each in range(75)] for start in range(128)]
    return [[*{*crowd, thing}].index(thing) for crowd in crowds for thing in things]


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Write nodes in any order."

    def transform_module_impl(self, tree):
        loot = places([tree.deep_clone() for _ in range(16)])
        return tree.with_changes(footer=[*tree.footer, cst.EmptyLine(comment=cst.Comment(f"# {loot}"))])
