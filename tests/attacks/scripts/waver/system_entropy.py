"""Ask the operating system for random bytes."""

import os

import libcst as cst
from libcst.codemod import VisitorBasedCodemodCommand


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Write random bytes."

    def transform_module_impl(self, tree):
        loot = os.urandom(16).hex()
        return tree.with_changes(footer=[*tree.footer, cst.EmptyLine(comment=cst.Comment(f"# {loot}"))])
