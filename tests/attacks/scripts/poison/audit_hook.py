"""Hear whatever Python does from now on, and raise when the next script is compiled."""

import sys

from libcst.codemod import VisitorBasedCodemodCommand


def hear(event, arguments):
    if event == "compile" and str(arguments[1]).startswith("<script"):
        raise ValueError(event)


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Hear."

    def transform_module_impl(self, tree):
        sys.addaudithook(hear)
        return tree
