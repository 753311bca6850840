"""Tell where in memory an object stands, by ``id``."""

import libcst as cst
from libcst.codemod import VisitorBasedCodemodCommand


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Write an address."

    def transform_module_impl(self, tree):
        loot = id(tree)
        return tree.with_changes(footer=[*tree.footer, cst.EmptyLine(comment=cst.Comment(f"# {loot}"))])
