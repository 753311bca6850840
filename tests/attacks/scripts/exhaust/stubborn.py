"""Never end, and catch whatever is raised to end it."""

from libcst.codemod import VisitorBasedCodemodCommand


def go_on():
    while True:
        try:
            for _ in iter(int, 1):
                pass
        except BaseException:
            continue


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Go on."

    def transform_module_impl(self, tree):
        go_on()
        return tree
