"""What is compared, and what came of it."""

from __future__ import annotations

import statistics
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from tests.benchmarks.speed.measuring import Measured
    from tests.benchmarks.speed.sources import Size

#: What ours is called in every table; what others are compared with.
OURS = "autotransform"


@dataclass(frozen=True, slots=True, kw_only=True)
class Contestant:
    """A way to do the work."""

    name: str
    #: From the folder of the repository to the words of the command.
    command: Callable[[Path], list[str]]
    #: Versions, or what else has to be known to read the row.
    note: str = ""
    env: Mapping[str, str] = field(default_factory=dict)
    #: The branch that it leaves its changes on; ``None``: in the working tree.
    branch: str | None = None
    #: It gets one in so many files; what it takes for all is reckoned.
    part: int = 1
    #: So many rounds are enough: it is far away from the others.
    rounds: int | None = None
    #: Exit codes that are no failure.
    fine: tuple[int, ...] = (0,)
    #: Puts into the repository what the tool wants to find there.
    prepare: Callable[[Path], None] | None = None
    #: Whether what an earlier run has kept is dropped before it runs.
    is_fresh: bool = True
    #: Whether it makes the change; else its output is not looked at.
    is_changing: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """A script that stock LibCST and we both run."""

    path: Path
    class_name: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """One piece of work, and who does it."""

    name: str
    title: str
    script: Script
    #: The repository; never changed, only copied.
    folder: Path
    #: What is said of the repository.
    source: str
    contestants: tuple[Contestant, ...]
    #: Whose output the others' is compared with; `None`: nothing is to change.
    reference: str | None
    #: Sentences about who is not there, and why.
    absent: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """What one contestant took, in all rounds."""

    name: str
    note: str
    size: Size
    #: What seconds past the base are to be multiplied by, to speak of all files.
    factor: float
    #: What the start and the files that are in every part took alone; `None`: the tool got all files.
    base: Measured | None
    runs: tuple[Measured, ...]
    #: How many files it changed, and how many of those it had are not as the reference has them; `None`: not compared.
    changed: int | None
    differing: int | None

    @property
    def cpus(self) -> tuple[float, ...]:
        """Processor seconds for all files, round by round."""
        return tuple(self._for_all(run.cpu, self.base.cpu if self.base else 0) for run in self.runs)

    @property
    def cpu(self) -> float:
        """The median of them."""
        return statistics.median(self.cpus)

    @property
    def wall(self) -> float:
        """Median seconds by the clock; reckoned where the processor's are."""
        return statistics.median(self._for_all(run.wall, self.base.wall if self.base else 0) for run in self.runs)

    def _for_all(self, seconds: float, base: float) -> float:
        return base + max(0.0, seconds - base) * self.factor

    def ratios_to(self, ours: Row) -> tuple[float, ...]:
        """Give this one's processor time to ours, round by round; a round without a counterpart has the last one's."""
        rounds = range(max(len(self.cpus), len(ours.cpus)))
        return tuple(_at(self.cpus, number) / _at(ours.cpus, number) for number in rounds)


def _at(times: tuple[float, ...], number: int) -> float:
    return times[min(number, len(times) - 1)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What came of one work."""

    name: str
    title: str
    source: str
    size: Size
    #: The files that hold one of the script's words.
    candidates: Size
    reference: str | None
    rows: tuple[Row, ...]
    absent: tuple[str, ...]
    #: Bytes of what changed: the files before, the files after, and a diff of them.
    changes: Changes | None

    def row(self, name: str) -> Row | None:
        """Find one by its name."""
        return next((row for row in self.rows if row.name == name), None)

    def ratio(self, name: str) -> tuple[float, float, float] | None:
        """Give median, least and greatest of one's processor time to ours."""
        row, ours = self.row(name), self.row(OURS)
        if row is None or ours is None:
            return None
        ratios = row.ratios_to(ours)
        return statistics.median(ratios), min(ratios), max(ratios)


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """How much a change is, in bytes."""

    files: int
    before: int
    after: int
    diff: int
