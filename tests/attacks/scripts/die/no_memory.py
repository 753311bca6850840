"""Lower the limit of its own memory to almost nothing."""

import resource

from libcst.codemod import VisitorBasedCodemodCommand


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Starve."

    def transform_module_impl(self, tree):
        resource.setrlimit(resource.RLIMIT_AS, (1 << 20, 1 << 20))
        return tree
