"""Answer, about its own file, with something that steers the terminal in every text that there is."""

import json
import os
import struct
import sys

from libcst.codemod import VisitorBasedCodemodCommand

STEER = "\x1b[2J\x1b]8;;http://there\x07\r\b\x9b1A\u2028\u202e"


def caller():
    frame = sys._getframe()
    while not {"descriptor", "job"} <= {*frame.f_locals}:
        frame = frame.f_back
    return frame.f_locals


def answer():
    known = caller()
    about = {"number": known["frame"].header["number"], "path": known["job"].context.path, "kind": "unchanged"}
    sites, words = [[1, 1, "skipped", STEER, STEER, 0]], [[1, 1, STEER, "elsewhere", STEER]]
    header = json.dumps({**about, "sites": sites, "warnings": [STEER], "words": words}).encode()
    os.write(known["descriptor"], struct.pack(">II", len(header), 0) + header)


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Steer."

    def transform_module_impl(self, tree):
        answer()
        return tree
