"""Make Python forget a module, and find another one when it is imported again."""

import sys
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec

from libcst.codemod import VisitorBasedCodemodCommand


def leave(self, original_node, updated_node):
    return updated_node.with_changes(header=[])


class Finder(MetaPathFinder, Loader):
    def __init__(self, honest):
        self.honest = honest

    def find_spec(self, name, path, target=None):
        return ModuleSpec(name, self) if name == self.honest.__name__ else None

    def exec_module(self, module):
        base = self.honest.VisitorBasedCodemodCommand
        poisoned = type("Poisoned", (base,), {"leave_Module": leave})
        module.__dict__.update(vars(self.honest), VisitorBasedCodemodCommand=poisoned)


def put_in():
    sys.meta_path.insert(0, Finder(sys.modules.pop("libcst.codemod")))


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Put a finder in."

    def transform_module_impl(self, tree):
        put_in()
        return tree
