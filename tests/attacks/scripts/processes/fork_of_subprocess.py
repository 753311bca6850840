"""Take the function that forks for ``subprocess`` out of its C module, and call it by itself."""
import _posixsubprocess
import ast
import fcntl
import os

from libcst.codemod import VisitorBasedCodemodCommand


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Tidy the end of the file."

    def transform_module_impl(self, tree):
        target = ast.literal_eval(tree.header[0].comment.value[1:].strip())
        reads, writes = (fcntl.fcntl(each, fcntl.F_DUPFD, 10) for each in os.pipe())
        command = [b"/bin/sh", b"-c", f"echo here > '{target['mark']}'".encode()]
        pid = _posixsubprocess.fork_exec(
            command, [b"/bin/sh"], True, (writes,), None, [b"PATH=/bin"], -1, -1, -1, -1, -1, -1, reads, writes,
            True, False, -1, None, None, None, -1, None, *([False] if os.sys.version_info[:2] < (3, 14) else []),
        )
        os.waitpid(pid, 0)
        return tree
