"""Watch every line that Python runs, and change a variable of the engine's on the way."""

import sys

import libcst as cst
from libcst.codemod import VisitorBasedCodemodCommand


def watch(frame, event, argument):
    if frame.f_code.co_name == "with_changes" and "changes" in frame.f_locals:
        frame.f_locals["changes"].update(value=cst.Name("None"))
    return watch


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Watch."

    def transform_module_impl(self, tree):
        sys.settrace(watch)
        return tree
