"""What is aimed at, and whether it is reached."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.benchmarks.speed.rivals import FLOOR, STOCK
from tests.benchmarks.speed.values import OURS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.benchmarks.speed.values import Result, Row


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    """One figure that is aimed at."""

    work: str
    what: str
    wanted: float
    got: float
    #: Whether more is better.
    is_least: bool

    @property
    def is_reached(self) -> bool:
        """Whether it holds."""
        return self.got >= self.wanted if self.is_least else self.got <= self.wanted


def check_goals(results: Sequence[Result]) -> tuple[Goal, ...]:
    """Hold every goal against the works that were done."""
    by_name = {result.name: result for result in results}
    goals = []
    for name, what, wanted, read, is_least in _GOALS:
        result = by_name.get(name)
        got = read(result) if result else None
        if got is not None:
            goals.append(Goal(work=name, what=what, wanted=wanted, got=got, is_least=is_least))
    return tuple(goals)


def _times(name: str) -> Callable[[Result], float | None]:
    def read(result: Result) -> float | None:
        ratio = result.ratio(name)
        return ratio[0] if ratio else None

    return read


def _over(name: str) -> Callable[[Result], float | None]:
    """Give ours to another's, for goals that are said that way round."""

    def read(result: Result) -> float | None:
        ratio = result.ratio(name)
        return 1 / ratio[0] if ratio else None

    return read


def _of_ours(read: Callable[[Row], float]) -> Callable[[Result], float | None]:
    def of(result: Result) -> float | None:
        row = result.row(OURS)
        return read(row) if row else None

    return of


def _wall_gain(result: Result) -> float | None:
    ours, one = result.row(OURS), result.row("1 worker")
    return one.wall / ours.wall if ours and one else None


def _bend(result: Result) -> float | None:
    """Give how far the time for a byte is from the same at every size, as a ratio of the largest to the smallest."""
    cpus = [row.cpu for row in result.rows]
    return max(cpus) / min(cpus) if len(cpus) > 1 else None


def _differences(result: Result) -> float | None:
    row = result.row(OURS)
    return None if row is None else row.differing


def _root_memory(row: Row) -> float:
    return max(run.root_memory for run in row.runs)


def _worker_memory(row: Row) -> float:
    return max(run.worker_memory for run in row.runs)


_GOALS: tuple[tuple[str, str, float, Callable[[Result], float | None], bool], ...] = (
    ("a.homeassistant", "times less processor time than libcst.tool", 100, _times(STOCK), True),
    ("a.homeassistant", "of the floor", 1.3, _over(FLOOR), False),
    ("a.homeassistant", "times less processor time than ast-grep", 1, _times("ast-grep"), True),
    ("a.homeassistant", "files not as stock LibCST writes them", 0, _differences, False),
    ("a.homeassistant", "MB at most in the parent", 200, _of_ours(_root_memory), False),
    ("a.django", "times less processor time than libcst.tool", 100, _times(STOCK), True),
    ("a.django", "of the floor", 1.3, _over(FLOOR), False),
    ("a.django", "times less processor time than ast-grep", 1, _times("ast-grep"), True),
    ("a.django", "files not as stock LibCST writes them", 0, _differences, False),
    ("b", "times less processor time than libcst.tool", 2.5, _times(STOCK), True),
    ("b", "files not as stock LibCST writes them", 0, _differences, False),
    ("b", "MB at most in a worker", 400, _of_ours(_worker_memory), False),
    ("c", "times less processor time than libcst.tool", 8, _times(STOCK), True),
    ("c", "files not as stock LibCST writes them", 0, _differences, False),
    ("c", "MB at most in a worker", 400, _of_ours(_worker_memory), False),
    ("d", "seconds of processor", 1, _of_ours(lambda row: row.cpu), False),
    ("d", "MB at most in the parent", 200, _of_ours(_root_memory), False),
    ("e", "of the first run", 0.02, _times("the same again"), False),
    ("f.growth", "between the cheapest and the dearest byte", 1.1, _bend, False),
    ("f.cores", "times faster by the clock with 2 workers", 1.8, _wall_gain, True),
    ("f.help", "seconds by the clock", 0.3, _of_ours(lambda row: row.wall), False),
)
