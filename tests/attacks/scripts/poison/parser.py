"""Put another function in the place of LibCST's parser, which reads every later file."""

import libcst as cst
from libcst.codemod import VisitorBasedCodemodCommand


def put_in():
    honest = cst.parse_module
    cst.parse_module = lambda source, *rest: honest(source.replace(b"False", b"None"), *rest)


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Replace the parser."

    def transform_module_impl(self, tree):
        put_in()
        return tree
