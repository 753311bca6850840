"""What the fences cost, against the same work in one plain process: ``python -m tests.benchmarks.isolation FOLDER``.

Every figure is a ratio of processor time within this run, in rounds that take turns, because machines are noisy. The
plain process does all the files one after the other, loaded once, with nothing around it.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from autotransform.engine import transform
from autotransform.engine.values import FileContext, Job
from autotransform.run import Limits, map_jobs
from autotransform.run.isolation import LAYERS
from autotransform.run.launcher import bury_idle, launch
from autotransform.script import parse

if TYPE_CHECKING:
    from collections.abc import Callable

    from autotransform.run.isolation import Layer
    from autotransform.script import Script

_LIGHT = """
import libcst as cst
from libcst.codemod import VisitorBasedCodemodCommand

class Light(VisitorBasedCodemodCommand):
    DESCRIPTION = "Look at every name and every call; change none."

    def leave_Name(self, original_node, updated_node):
        return updated_node

    def leave_Call(self, original_node, updated_node):
        return updated_node
"""
_HEAVY = """
import libcst as cst
from libcst.codemod import VisitorBasedCodemodCommand
from libcst.metadata import ParentNodeProvider, PositionProvider, QualifiedNameProvider, ScopeProvider

class Heavy(VisitorBasedCodemodCommand):
    DESCRIPTION = "Ask for the qualified names, the place and the parent of every call; change none."
    METADATA_DEPENDENCIES = (ParentNodeProvider, PositionProvider, QualifiedNameProvider, ScopeProvider)

    def leave_Call(self, original_node, updated_node):
        for provider in self.METADATA_DEPENDENCIES:
            self.get_metadata(provider, original_node.func, None)
        return updated_node
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """Processor seconds, round by round."""

    name: str
    plain: tuple[float, ...]
    fenced: tuple[float, ...]

    @property
    def ratio(self) -> float:
        """Median over the rounds of fenced to plain."""
        return statistics.median(fenced / plain for fenced, plain in zip(self.fenced, self.plain, strict=True))


def read_jobs(folder: Path, *, most: int) -> list[Job]:
    """Take so many files evenly out of all that there are, in path order."""
    paths = sorted(folder.rglob("*.py"))
    step = max(1, len(paths) // most)
    return [
        Job(context=FileContext(path=path.relative_to(folder).as_posix()), content=path.read_bytes())
        for path in paths[::step][:most]
    ]


def measure_work(name: str, source: str, jobs: list[Job], *, rounds: int, layers: frozenset[Layer]) -> Cost:
    """Measure a script over files, plain and fenced in turn."""
    script = parse(source.strip() + "\n", name=name)
    plain, fenced = [], []
    for _ in range(rounds):
        plain.append(_in_child(lambda: _run_plain(script, jobs)))
        fenced.append(_in_child(lambda: _run_fenced(script, jobs, layers=layers)))
    return Cost(name=name, plain=tuple(plain), fenced=tuple(fenced))


def _run_plain(script: Script, jobs: list[Job]) -> None:
    for job in jobs:
        transform(script, job)


def _run_fenced(script: Script, jobs: list[Job], *, layers: frozenset[Layer]) -> None:
    for _ in map_jobs(script, jobs, limits=Limits(jobs=1), layers=layers):
        pass
    bury_idle()  # what it took counts once it has ended


def _in_child(work: Callable[[], None]) -> float:
    """Do something in a process of its own; gives what it and all its children took of the processor, in seconds.

    LibCST is loaded in it already, and what the launcher takes to load it once more counts.
    """
    before = _children()
    pid = os.fork()
    if pid == 0:
        try:
            work()
        finally:
            os._exit(0)
    os.waitpid(pid, 0)
    return _children() - before


def _children() -> float:
    times = os.times()
    return times.children_user + times.children_system


def measure_starts(*, rounds: int, children: int) -> tuple[float, float]:
    """Give seconds from nothing to a launcher that is ready, and from a request to the end of a fenced child."""
    starts, lives = [], []
    for _ in range(rounds):
        begin = time.perf_counter()
        launcher = launch(layers=LAYERS, memory=2048)
        _ = launcher.report
        starts.append(time.perf_counter() - begin)
        for _ in range(children):
            begin = time.perf_counter()
            worker = launcher.fork(seconds=60, is_restricted=True)
            worker.hang_up()
            worker.status()
            lives.append(time.perf_counter() - begin)
            worker.bury()
        launcher.bury()
    return statistics.median(starts), statistics.median(lives)


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--files", type=int, default=150)
    parser.add_argument("--rounds", type=int, default=5)
    given = parser.parse_args()
    say = print
    jobs = read_jobs(given.folder, most=given.files)
    start, child = measure_starts(rounds=given.rounds, children=50)
    size = sum(len(job.content) for job in jobs)
    say(f"{len(jobs)} files, {size:,} bytes, {given.rounds} rounds")
    say(f"the launcher is ready after {start:.2f} s; a fenced child starts and ends in {1000 * child:.1f} ms")
    say("\n| work | one plain process | fenced | ratio |\n|---|---:|---:|---:|")
    for name, source in (("light: names and calls", _LIGHT), ("heavy: metadata", _HEAVY)):
        cost = measure_work("bench", source, jobs, rounds=given.rounds, layers=frozenset(LAYERS))
        plain, fenced = statistics.median(cost.plain), statistics.median(cost.fenced)
        say(f"| {name} | {plain:.2f} s | {fenced:.2f} s | {cost.ratio:.3f} |")


if __name__ == "__main__":
    main()
