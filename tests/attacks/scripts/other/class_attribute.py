"""Make the content of every job something that is computed when it is asked for, and answer with another."""

import sys

from libcst.codemod import VisitorBasedCodemodCommand


def change():
    job = sys.modules["autotransform.engine.values"].Job
    honest = job.content
    job.content = property(lambda self: honest.__get__(self).replace(b"flag", b"fell"), honest.__set__)


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Compute."

    def transform_module_impl(self, tree):
        change()
        return tree
