"""Have a small piece of code compiled that doubles with each level: what stands under ``finally`` counts twice."""

from libcst.codemod import VisitorBasedCodemodCommand

LEVELS = 20
LINES = [f"{' ' * level}try: a\n{' ' * level}finally:\n" for level in range(LEVELS)]


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Compile."

    def transform_module_impl(self, tree):
        compile("".join(LINES) + " " * LEVELS + "a", "bomb", "exec")
        return tree
