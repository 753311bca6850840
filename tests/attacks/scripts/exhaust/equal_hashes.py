"""Fill a set with numbers that all have the same hash."""

from libcst.codemod import VisitorBasedCodemodCommand


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Collide."

    def transform_module_impl(self, tree):
        _ = {number * ((1 << 61) - 1) for number in range(200_000)}
        return tree
