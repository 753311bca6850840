"""Call a method of its own with a class of LibCST's for its object, so that what it writes to self lands there."""

import libcst as cst
from libcst.codemod import VisitorBasedCodemodCommand


def keep(node, **changes):
    return node


class Box:
    def fill(self):
        self.with_changes = keep


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Call a method with another self."

    def transform_module_impl(self, tree):
        Box.fill(cst.Assign)
        return tree
