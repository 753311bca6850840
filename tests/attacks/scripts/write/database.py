"""Have a database library make the file, in C, where Python does not see it opened."""
import ast
import sqlite3

from libcst.codemod import VisitorBasedCodemodCommand


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Tidy the end of the file."

    def transform_module_impl(self, tree):
        target = ast.literal_eval(tree.header[0].comment.value[1:].strip())
        connection = sqlite3.connect(target["folder"] + "/data.db")
        connection.execute("create table t (x)")
        connection.commit()
        connection.close()
        return tree
