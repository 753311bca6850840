"""Wrap what builds classes, among them those of later scripts, and give them another method."""

import builtins

import libcst as cst
from libcst.codemod import VisitorBasedCodemodCommand


def leave(self, original_node, updated_node):
    return updated_node.with_changes(value=cst.Name("None"))


def wrap():
    honest = builtins.__build_class__

    def build(body, name, *bases, **keywords):
        built = honest(body, name, *bases, **keywords)
        if hasattr(built, "leave_Assign"):
            built.leave_Assign = leave
        return built

    builtins.__build_class__ = build


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Wrap the builder."

    def transform_module_impl(self, tree):
        wrap()
        return tree
