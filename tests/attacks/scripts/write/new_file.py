"""Write a new file into the folder."""
import ast

from libcst.codemod import VisitorBasedCodemodCommand


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Tidy the end of the file."

    def transform_module_impl(self, tree):
        target = ast.literal_eval(tree.header[0].comment.value[1:].strip())
        with open(target["folder"] + "/new.txt", "w") as file:
            file.write("was here")
        return tree
