"""Never end: a loop."""

from libcst.codemod import VisitorBasedCodemodCommand


def spin():
    while True:
        pass


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Spin."

    def transform_module_impl(self, tree):
        spin()
        return tree
