"""Change the class of a node that it is handed, by the one name that nobody looks up: what type() gives."""

from libcst.codemod import VisitorBasedCodemodCommand


def keep(node, **changes):
    return node


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Change the class of a node."

    def leave_Assign(self, original_node, updated_node):
        type(original_node).with_changes = keep
        return updated_node
