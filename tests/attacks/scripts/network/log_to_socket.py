"""Have a message logged, to a socket that takes messages of the system."""
import ast
import logging
import logging.handlers

from libcst.codemod import VisitorBasedCodemodCommand


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Tidy the end of the file."

    def transform_module_impl(self, tree):
        target = ast.literal_eval(tree.header[0].comment.value[1:].strip())
        handler = logging.handlers.SysLogHandler(target["unix_datagram_path"])
        handler.emit(logging.makeLogRecord({"msg": "stolen"}))
        handler.close()
        return tree
