"""Quote an error that names the object that it is about, with its address."""

import libcst as cst
from libcst.codemod import VisitorBasedCodemodCommand


def complaint(missing):
    try:
        return {}[missing]
    except KeyError as error:
        return str(error)


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Write a complaint."

    def transform_module_impl(self, tree):
        loot = complaint(self)
        return tree.with_changes(footer=[*tree.footer, cst.EmptyLine(comment=cst.Comment(f"# {loot}"))])
