"""Write megabytes into a file."""

import ast
from pathlib import Path

from libcst.codemod import VisitorBasedCodemodCommand


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Fill."

    def transform_module_impl(self, tree):
        target = ast.literal_eval(tree.header[0].comment.value[1:].strip())
        Path(target["folder"], "full").write_bytes(b"x" * (8 << 20))
        return tree
