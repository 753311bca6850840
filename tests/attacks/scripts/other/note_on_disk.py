"""Leave each file's text on the disk, and write the one before into the next."""

import ast
from pathlib import Path

import libcst as cst
from libcst.codemod import VisitorBasedCodemodCommand


def noted(path, text):
    before = path.read_text() if path.exists() else ""
    path.write_text(text)
    return repr(before)


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Write what was noted."

    def transform_module_impl(self, tree):
        target = ast.literal_eval(tree.header[0].comment.value[1:].strip())
        loot = noted(Path(target["folder"], "note"), tree.code)
        return tree.with_changes(footer=[*tree.footer, cst.EmptyLine(comment=cst.Comment(f"# {loot}"))])
