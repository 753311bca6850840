"""Take the ``Path`` that LibCST's command line uses, found in its module, and write by it."""
import ast
from libcst.codemod import _cli

from libcst.codemod import VisitorBasedCodemodCommand


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Tidy the end of the file."

    def transform_module_impl(self, tree):
        target = ast.literal_eval(tree.header[0].comment.value[1:].strip())
        _cli.Path(target["folder"], "from_library.txt").write_text("was here")
        return tree
