"""Give the class that every codemod derives from a method of its own."""

from libcst.codemod import VisitorBasedCodemodCommand


def leave(self, original_node, updated_node):
    return updated_node.with_changes(value="poisoned") if original_node.value == "flag" else updated_node


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Teach the base class."

    def transform_module_impl(self, tree):
        VisitorBasedCodemodCommand.leave_Name = leave
        return tree
