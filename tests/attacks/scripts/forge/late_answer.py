"""Leave a thread behind that answers for a later file as soon as its own answer is out."""

import os
import struct
import sys
import threading

from libcst.codemod import VisitorBasedCodemodCommand

HEADER = (
    b'{"number": 0, "path": "later.py", "kind": "changed", "sites": [], "warnings": [], "words": [], "breaches": []}'
)


def descriptor():
    frame = sys._getframe()
    while "descriptor" not in frame.f_locals:
        frame = frame.f_back
    return frame.f_locals["descriptor"]


def wait_and_answer(channel):
    while "transform_module" in {frame.f_code.co_name for frame in frames()}:
        pass
    os.write(channel, struct.pack(">II", len(HEADER), 7) + HEADER + b"forged\n")


def frames():
    frame = sys._current_frames().get(threading.main_thread().ident)
    while frame is not None:
        yield frame
        frame = frame.f_back


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Answer later."

    def transform_module_impl(self, tree):
        threading.Thread(target=wait_and_answer, args=(descriptor(),), daemon=True).start()
        return tree
