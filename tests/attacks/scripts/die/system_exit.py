"""Raise what is no error but a wish to leave."""

from libcst.codemod import VisitorBasedCodemodCommand


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Leave."

    def transform_module_impl(self, tree):
        raise SystemExit
