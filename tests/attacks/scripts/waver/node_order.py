"""Put nodes into a set, which orders them by where they stand in memory."""

import libcst as cst
from libcst.codemod import VisitorBasedCodemodCommand


def nodes(tree):
    found = [tree]
    for node in found:
        found += node.children
    return found


def order(tree):
    known = nodes(tree)
    places = {node: place for place, node in enumerate(known)}
    return [places[node] for node in {*known}]


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Write nodes in any order."

    def transform_module_impl(self, tree):
        loot = order(tree)
        return tree.with_changes(footer=[*tree.footer, cst.EmptyLine(comment=cst.Comment(f"# {loot}"))])
