"""Change what an outcome is when it is made, whatever the engine found."""

import sys

from libcst.codemod import VisitorBasedCodemodCommand


def change():
    changed = sys.modules["autotransform.engine.values"].Changed
    honest = changed.__init__
    changed.__init__ = lambda self, **fields: honest(self, **{**fields, "after": b"poisoned = 1\n"})


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Change outcomes."

    def transform_module_impl(self, tree):
        change()
        return tree
