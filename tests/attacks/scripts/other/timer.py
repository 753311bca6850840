"""Leave a timer behind, and change the tree of the next file in the handler of its signal."""

import signal

import libcst as cst
from libcst.codemod import VisitorBasedCodemodCommand

CHANGED = [cst.EmptyLine(comment=cst.Comment("# changed"))]


def change(number, frame):
    while frame is not None:
        for tree in [*frame.f_locals.values()]:
            if type(tree) is cst.Module and hasattr(tree, "footer"):
                object.__setattr__(tree, "footer", CHANGED)
        frame = frame.f_back


def wind_up():
    # Often enough to go off many times while a file is read, visited and written.
    signal.signal(signal.SIGALRM, change)
    signal.setitimer(signal.ITIMER_REAL, 0.0001, 0.0001)


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Wind up."

    def transform_module_impl(self, tree):
        wind_up()
        return tree
