"""Put nodes into a set, which orders them by where they stand in memory."""

import libcst as cst
from libcst.codemod import VisitorBasedCodemodCommand


def nodes(tree):
    found = [tree.deep_clone() for _ in range(60)]
    for node in found:
        found += node.children
    return found


def order(tree):
    places = {node: place for place, node in enumerate(nodes(tree))}
    return [places[node] for node in {*places}][:40]


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Write nodes in any order."

    def transform_module_impl(self, tree):
        loot = order(tree)
        return tree.with_changes(footer=[*tree.footer, cst.EmptyLine(comment=cst.Comment(f"# {loot}"))])
