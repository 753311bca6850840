"""Put classes into a set: a class hashes by its address as well."""

import libcst as cst
from libcst.codemod import VisitorBasedCodemodCommand


def places(things):
    """Say where each stands in sets that are so full that all of an address decides about it."""
    crowds = [[(start + each) % 128 for each in range(75)] for start in range(128)]
    return [[*{*crowd, thing}].index(thing) for crowd in crowds for thing in things]


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Write classes in any order."

    def transform_module_impl(self, tree):
        loot = places([type(f"Class{number}", (), {}) for number in range(16)])
        return tree.with_changes(footer=[*tree.footer, cst.EmptyLine(comment=cst.Comment(f"# {loot}"))])
