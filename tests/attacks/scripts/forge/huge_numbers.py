"""Answer, about its own file, with numbers that no file has lines for."""

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


def answer():
    known = caller()
    sites = [[10**4_000, 10**30, "changed", "", "", 10**20]]
    about = {"number": known["frame"].header["number"], "path": known["job"].context.path, "kind": "unchanged"}
    header = json.dumps({**about, "sites": sites, "warnings": [], "words": []}).encode()
    os.write(known["descriptor"], struct.pack(">II", len(header), 0) + header)


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Count."

    def transform_module_impl(self, tree):
        answer()
        return tree
