"""Count the files in the scratch space of a class that LibCST keeps."""
import ast

import libcst as cst
from libcst.codemod import VisitorBasedCodemodCommand


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Tidy the end of the file."

    def transform_module_impl(self, tree):
        target = ast.literal_eval(tree.header[0].comment.value[1:].strip())
        seen = VisitorBasedCodemodCommand.__dict__.get("seen", ())
        VisitorBasedCodemodCommand.seen = (*seen, target["file"])
        loot = " ".join(sorted({*VisitorBasedCodemodCommand.seen}))
        return tree.with_changes(footer=[*tree.footer, cst.EmptyLine(comment=cst.Comment("# " + loot))])
