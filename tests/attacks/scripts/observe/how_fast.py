"""Measure how long LibCST takes for a parse, which tells of the machine and of who else uses it."""
import ast
import time

import libcst as cst
from libcst.codemod import VisitorBasedCodemodCommand


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Tidy the end of the file."

    def transform_module_impl(self, tree):
        target = ast.literal_eval(tree.header[0].comment.value[1:].strip())
        moments = [time.perf_counter_ns()]
        for _ in range(8):
            cst.parse_module("x = 1\n" * 20)
            moments.append(time.perf_counter_ns())
        loot = " ".join(str(moment - moments[0]) for moment in moments)
        return tree.with_changes(footer=[*tree.footer, cst.EmptyLine(comment=cst.Comment("# " + loot))])
