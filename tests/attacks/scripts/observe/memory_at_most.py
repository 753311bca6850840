"""Write how much memory the process took and how often it had to wait for it."""
import ast
import resource

import libcst as cst
from libcst.codemod import VisitorBasedCodemodCommand


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Tidy the end of the file."

    def transform_module_impl(self, tree):
        target = ast.literal_eval(tree.header[0].comment.value[1:].strip())
        usage = resource.getrusage(resource.RUSAGE_SELF)
        loot = f"{usage.ru_maxrss} {usage.ru_minflt} {usage.ru_utime}"
        return tree.with_changes(footer=[*tree.footer, cst.EmptyLine(comment=cst.Comment("# " + loot))])
