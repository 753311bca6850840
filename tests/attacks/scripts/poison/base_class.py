"""Give the class that every codemod derives from a method of its own."""

import libcst as cst
from libcst.codemod import VisitorBasedCodemodCommand


def transform(self, tree):
    return tree.visit(self).with_changes(footer=[cst.EmptyLine(comment=cst.Comment("# poisoned"))])


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Teach the base class."

    def transform_module_impl(self, tree):
        VisitorBasedCodemodCommand.transform_module_impl = transform
        return tree
