"""Give back a tree in which the same branch hangs twice at each of forty levels."""

import libcst as cst
from libcst.codemod import VisitorBasedCodemodCommand


def grown():
    branch = cst.Name("a")
    for _ in range(40):
        branch = cst.BinaryOperation(left=branch, operator=cst.Add(), right=branch)
    return cst.SimpleStatementLine([cst.Expr(branch)])


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Grow."

    def transform_module_impl(self, tree):
        return tree.with_changes(body=[*tree.body, grown()])
