"""Count the files in an attribute of LibCST's module."""
import ast

import libcst as cst
from libcst.codemod import VisitorBasedCodemodCommand


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Tidy the end of the file."

    def transform_module_impl(self, tree):
        target = ast.literal_eval(tree.header[0].comment.value[1:].strip())
        cst.files_so_far = [*getattr(cst, "files_so_far", []), target["file"]]
        loot = " ".join(sorted({*cst.files_so_far}))
        return tree.with_changes(footer=[*tree.footer, cst.EmptyLine(comment=cst.Comment("# " + loot))])
