"""Answer about its own file, and at once about the next, by the number that the next will have."""

import json
import os
import struct
import sys

from libcst.codemod import VisitorBasedCodemodCommand


def caller():
    frame = sys._getframe()
    while not {"descriptor", "job"} <= {*frame.f_locals}:
        frame = frame.f_back
    return frame.f_locals


def answers():
    known = caller()
    number = known["frame"].header["number"]
    for about in ({"number": number, "path": known["job"].context.path}, {"number": number + 1, "path": "later.py"}):
        header = json.dumps({**about, "kind": "unchanged", "sites": [], "warnings": [], "words": []}).encode()
        os.write(known["descriptor"], struct.pack(">II", len(header), 0) + header)


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Answer twice."

    def transform_module_impl(self, tree):
        answers()
        return tree
