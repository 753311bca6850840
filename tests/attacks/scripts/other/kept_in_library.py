"""Keep each file's text in a class of LibCST's, and write the one before into the next."""

import libcst as cst
from libcst.codemod import VisitorBasedCodemodCommand


def kept(text):
    before = getattr(cst.Module, "kept", "")
    cst.Module.kept = text
    return repr(before)


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Write what was kept."

    def transform_module_impl(self, tree):
        loot = kept(tree.code)
        return tree.with_changes(footer=[*tree.footer, cst.EmptyLine(comment=cst.Comment(f"# {loot}"))])
