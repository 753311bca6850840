"""Leave a timer behind, and change the tree of the next file in the handler of its signal."""

import signal

import libcst as cst
from libcst.codemod import VisitorBasedCodemodCommand


def change(number, frame):
    while frame is not None:
        for tree in frame.f_locals.values():
            if isinstance(tree, cst.Module):
                word = tree.body[2].body[0].targets[0].target
                object.__setattr__(word, "value", "changed")
        frame = frame.f_back


def wind_up():
    signal.signal(signal.SIGALRM, change)
    signal.setitimer(signal.ITIMER_REAL, 0.002, 0.001)


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Wind up."

    def transform_module_impl(self, tree):
        wind_up()
        return tree
