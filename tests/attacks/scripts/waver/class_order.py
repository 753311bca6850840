"""Put classes into a set: a class hashes by its address as well."""

import libcst as cst
from libcst.codemod import VisitorBasedCodemodCommand


def order():
    classes = {type(f"Class{number}", (), {}) for number in range(3_000)}
    return ".".join(each.__name__ for each in [*classes][:40])


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Write classes in any order."

    def transform_module_impl(self, tree):
        loot = order()
        return tree.with_changes(footer=[*tree.footer, cst.EmptyLine(comment=cst.Comment(f"# {loot}"))])
