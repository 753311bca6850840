"""Have a log written into the folder."""
import ast
import logging

from libcst.codemod import VisitorBasedCodemodCommand


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Tidy the end of the file."

    def transform_module_impl(self, tree):
        target = ast.literal_eval(tree.header[0].comment.value[1:].strip())
        handler = logging.FileHandler(target["folder"] + "/lines.log")
        handler.emit(logging.makeLogRecord({"msg": "was here"}))
        handler.close()
        return tree
