"""Wrap the function of the engine that compiles scripts, so that later ones say something else."""

import sys

from libcst.codemod import VisitorBasedCodemodCommand


def wrap():
    load = sys.modules["autotransform.engine.load"]
    honest = load._compiled
    load._compiled = lambda source, **options: honest(source.replace('"True"', '"None"'), **options)


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Wrap the compiler."

    def transform_module_impl(self, tree):
        wrap()
        return tree
