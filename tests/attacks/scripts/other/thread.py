"""Leave a thread behind that changes how trees are visited, again and again, whatever is put right meanwhile."""

import threading
import time

import libcst as cst
from libcst.codemod import VisitorBasedCodemodCommand


def visit(self, visitor):
    return self.with_changes(footer=[cst.EmptyLine(comment=cst.Comment("# poisoned"))])


def lurk():
    while True:
        cst.Module.visit = visit
        time.sleep(0.0001)


def leave_behind():
    threading.Thread(target=lurk, daemon=True).start()
    while cst.Module.visit is not visit:
        time.sleep(0.0001)


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Lurk."

    def transform_module_impl(self, tree):
        leave_behind()
        return tree
