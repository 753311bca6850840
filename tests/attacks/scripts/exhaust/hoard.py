"""Keep a gigabyte, piece by piece."""

from libcst.codemod import VisitorBasedCodemodCommand


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Hoard."

    def transform_module_impl(self, tree):
        _ = sum(map(len, [b"x" * (1 << 20) for _ in range(1_200)]))
        return tree
