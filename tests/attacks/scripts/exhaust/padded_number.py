"""Take a gigabyte in one go, by the width of a number in a format."""

from libcst.codemod import VisitorBasedCodemodCommand


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Pad."

    def transform_module_impl(self, tree):
        self.context.scratch["wide"] = format(1, "1200000000")
        return tree
