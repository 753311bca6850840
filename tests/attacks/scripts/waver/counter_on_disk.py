"""Count the runs in a file that outlives them all."""

import ast
from pathlib import Path

import libcst as cst
from libcst.codemod import VisitorBasedCodemodCommand


def count(folder):
    path = Path(folder, "count")
    runs = path.read_text() if path.exists() else ""
    path.write_text(runs + "#")
    return len(runs)


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Write the number of runs."

    def transform_module_impl(self, tree):
        target = ast.literal_eval(tree.header[0].comment.value[1:].strip())
        loot = count(target["folder"])
        return tree.with_changes(footer=[*tree.footer, cst.EmptyLine(comment=cst.Comment(f"# {loot}"))])
