"""Skip the file for a reason that runs backwards, and so reads as another."""

from libcst.codemod import SkipFile, VisitorBasedCodemodCommand


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Skip."

    def transform_module_impl(self, tree):
        raise SkipFile("\u202ederapmi si gnihton\u202c\u200b\u2066")
