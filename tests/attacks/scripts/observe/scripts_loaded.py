"""Look in the engine's cache how often this script was executed."""
import ast
import sys

import libcst as cst
from libcst.codemod import VisitorBasedCodemodCommand


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Tidy the end of the file."

    def transform_module_impl(self, tree):
        target = ast.literal_eval(tree.header[0].comment.value[1:].strip())
        from autotransform.engine import load

        about = load._compiled.cache_info()
        loot = f"{about.hits} of {about.misses}"
        return tree.with_changes(footer=[*tree.footer, cst.EmptyLine(comment=cst.Comment("# " + loot))])
