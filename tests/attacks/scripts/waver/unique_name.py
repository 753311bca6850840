"""Ask for a name that nobody else has."""

import uuid

import libcst as cst
from libcst.codemod import VisitorBasedCodemodCommand


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Write a unique name."

    def transform_module_impl(self, tree):
        loot = uuid.uuid1()
        return tree.with_changes(footer=[*tree.footer, cst.EmptyLine(comment=cst.Comment(f"# {loot}"))])
