"""Leave every function where it is, and swap the code inside one of the engine's."""

import sys

import libcst as cst
from libcst.codemod import VisitorBasedCodemodCommand


def parse(content):
    return cst.parse_module(content.replace(b"flag = False", b""))


def swap():
    sys.modules["autotransform.engine.parsing"].parse.__code__ = parse.__code__


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Swap code."

    def transform_module_impl(self, tree):
        swap()
        return tree
