"""What it costs to find shapes and say why: ``python -m tests.benchmarks.shapes``.

Machines are noisy, so each figure of time stands beside what the standard library's ``difflib`` takes, in the same
process, to write the plain diff of the same files. Memory is the peak of a process of its own, above what it takes to
load the code and the files.
"""

from __future__ import annotations

import argparse
import difflib
import json
import random
import resource
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from autotransform.engine import Changed, Run, Site
from autotransform.review import FileChange, diff_lines, explain, find_shapes, shape_lines
from autotransform.review.hunks import split_lines
from autotransform.script import parse

if TYPE_CHECKING:
    from collections.abc import Callable

_HUNKS, _HUNKS_PER_FILE, _LINES_BETWEEN = 10_000, 10, 8
_HEAD = (
    "| changes | hunks | shapes | difflib | shapes found | and why | ratio | listed | marked diffs | memory |\n"
    "|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|\n"
)
_SCRIPT = '''"""Rename.

- ``pytz.UTC`` becomes ``timezone.utc``.
"""
from autotransform.codemod import Transform
CASES = [{"name": "one", "before": "x = pytz.UTC\\n", "after": "x = timezone.utc\\n"}]
class Rename(Transform):
    def leave_Attribute(self, original_node, updated_node):
        return updated_node
'''


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """What one kind of change cost: processor seconds, and mebibytes."""

    name: str
    hunks: int
    shapes: int
    #: `difflib`, over the same files.
    peer: float
    find: float
    why: float
    lines: float
    diffs: float
    memory: int

    @property
    def ratio(self) -> float:
        """How many times what `difflib` takes it costs to find the shapes and say why."""
        return self.why / self.peer


def usual(number: int, chance: random.Random) -> tuple[str, str]:
    """Make a change that is the same everywhere, but for the names around."""
    name = f"{chance.choice('abcdef')}_{number}"
    return f"    {name} = clock(pytz.UTC, {name}.zone)\n", f"    {name} = clock(timezone.utc, {name}.zone)\n"


def differing(number: int, chance: random.Random) -> tuple[str, str]:
    """Make a change that is like no other."""
    a, b, c = (f"w{chance.randrange(500)}" for _ in range(3))
    old = f"    x = old_{number}({a}, {b}.{c}({a}, 1), key=[{c}])\n"
    return old, f"    x = new_{number}({b}.{c}({a}, 1), [{c}], {a})\n"


WORKS: dict[str, Callable[[int, random.Random], tuple[str, str]]] = {"usual": usual, "differing": differing}


def make_files(name: str, *, hunks: int) -> tuple[Run, list[FileChange]]:
    """Make files with so many changes, and the run that made them."""
    chance = random.Random(name)
    changes, outcomes = [], []
    for start in range(0, hunks, _HUNKS_PER_FILE):
        before, after, sites = [], [], []
        for number in range(start, min(start + _HUNKS_PER_FILE, hunks)):
            between = [f"    keep_{number}_{line} = compute({line})\n" for line in range(_LINES_BETWEEN)]
            old, new = WORKS[name](number, chance)
            before += [*between, old]
            after += [*between, new]
            sites.append(Site(line=len(before), column=9, status="changed", by="leave_Attribute"))
        path, content = f"f{start:06}.py", "".join(after).encode()
        outcomes.append(Changed(path=path, after=content, sites=tuple(sites)))
        changes.append(FileChange(path=path, before="".join(before).encode(), after=content))
    script = parse(_SCRIPT, name="rename")
    return Run(script=script, base="", selected=len(changes), gated=0, outcomes=tuple(outcomes)), changes


def measure(name: str, *, hunks: int) -> Figure:
    """Measure one kind of change, in this process."""
    run, changes = make_files(name, hunks=hunks)
    loaded = _peak()
    find = _seconds(lambda: find_shapes(changes))
    why = _seconds(lambda: explain(run, changes))
    memory = _peak() - loaded
    explanation = explain(run, changes)
    return Figure(
        name=name,
        hunks=hunks,
        shapes=len(explanation.shapes),
        peer=_seconds(lambda: [_plain_diff(change) for change in changes]),
        find=find,
        why=why,
        lines=_seconds(lambda: list(shape_lines(explanation))),
        diffs=_seconds(lambda: [list(diff_lines(change, is_marked=True)) for change in changes]),
        memory=memory,
    )


def _plain_diff(change: FileChange) -> list[bytes]:
    lines = split_lines(change.before), split_lines(change.after)
    return list(difflib.diff_bytes(difflib.unified_diff, *lines, b"a", b"b"))


def _seconds(work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def main() -> None:
    """Measure each kind in a process of its own, and write a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hunks", type=int, default=_HUNKS)
    parser.add_argument("--one", choices=WORKS, help="measure this in this process, and write JSON")
    given = parser.parse_args()
    if given.one:
        sys.stdout.write(json.dumps(asdict(measure(given.one, hunks=given.hunks))))
        return
    sys.stdout.write(_HEAD)
    for name in WORKS:
        command = [sys.executable, "-m", "tests.benchmarks.shapes", "--one", name, "--hunks", str(given.hunks)]
        figure = Figure(**json.loads(subprocess.run(command, capture_output=True, check=True).stdout))
        sys.stdout.write(
            f"| {name} | {figure.hunks:,} | {figure.shapes:,} | {figure.peer:.2f} s | {figure.find:.2f} s"
            f" | {figure.why:.2f} s | {figure.ratio:.2f} | {figure.lines:.2f} s | {figure.diffs:.2f} s"
            f" | {figure.memory} MiB |\n"
        )


if __name__ == "__main__":
    main()
