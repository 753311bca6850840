"""Let a thread count as fast as it can, and write how far it came: a clock without a clock."""

import threading

import libcst as cst
from libcst.codemod import VisitorBasedCodemodCommand


def race():
    count = [0]

    def run():
        while count[0] >= 0:
            count[0] += 1

    runner = threading.Thread(target=run, daemon=True)
    runner.start()
    for _ in range(100_000):
        pass
    reached, count[0] = count[0], -(1 << 60)
    runner.join()
    return reached


class Attack(VisitorBasedCodemodCommand):
    DESCRIPTION = "Write who won."

    def transform_module_impl(self, tree):
        loot = [race() for _ in range(4)]
        return tree.with_changes(footer=[*tree.footer, cst.EmptyLine(comment=cst.Comment(f"# {loot}"))])
