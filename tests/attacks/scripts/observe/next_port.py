"""Have the system give out a port: they are given out in turn."""
import ast
import socket

import libcst as cst
from libcst.codemod import VisitorBasedCodemodCommand


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Tidy the end of the file."

    def transform_module_impl(self, tree):
        target = ast.literal_eval(tree.header[0].comment.value[1:].strip())
        ports = []
        for _ in range(4):
            with socket.socket() as listener:
                listener.bind(("127.0.0.1", 0))
                ports.append(str(listener.getsockname()[1]))
        loot = " ".join(ports)
        return tree.with_changes(footer=[*tree.footer, cst.EmptyLine(comment=cst.Comment("# " + loot))])
