"""A run that somebody else ends: at once, whatever the script does, and the next one starts as fast as ever."""

from __future__ import annotations

import sys
import threading
from typing import TYPE_CHECKING

import pytest

from autotransform.engine.values import Changed, FileContext, Job
from autotransform.errors import Aborted
from autotransform.run import Limits, Stop, launcher, map_jobs
from autotransform.run.crew import wanted

if TYPE_CHECKING:
    from collections.abc import Callable

    from autotransform.run.launcher import Launcher
    from autotransform.script import Script

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="without seccomp no launcher is used twice")


def _jobs(*contents: bytes) -> list[Job]:
    return [Job(context=FileContext(path=f"{number}.py"), content=each) for number, each in enumerate(contents)]


def _take() -> Launcher:
    return launcher.take(layers=wanted(None), memory=Limits().memory)


@pytest.fixture
def warm() -> Launcher:
    """A launcher that waits for the next run."""
    taken = _take()
    assert taken.report
    launcher.give_back(taken)
    return taken


@pytest.mark.parametrize("jobs", [1, 2])
def test_a_loop_ends_at_once_and_the_launcher_stays(warm: Launcher, probe: Callable[..., Script], jobs: int) -> None:
    stop = Stop()
    limits = Limits(jobs=jobs, timeout=600, stop=stop)
    outcomes = map_jobs(probe("while True: pass"), _jobs(b"x = 1\n", *[b"boom\n" + b"#" * 70_000] * 40), limits=limits)
    first = next(outcomes)
    timer = threading.Timer(0.1, stop.ask)
    timer.start()
    with pytest.raises(Aborted):
        next(outcomes)
    timer.join()

    assert isinstance(first, Changed)
    assert _take() is warm
    launcher.give_back(warm)
    again = list(map_jobs(probe(), _jobs(b"x = 1\n"), limits=Limits(jobs=1)))
    assert [type(outcome) for outcome in again] == [Changed]


def test_what_was_stopped_before_it_began_does_nothing(warm: Launcher, probe: Callable[..., Script]) -> None:
    stop = Stop()
    stop.ask()
    stop.ask()
    with pytest.raises(Aborted):
        list(map_jobs(probe(), _jobs(b"x = 1\n"), limits=Limits(stop=stop)))

    assert warm.settings


def test_what_is_over_can_be_stopped(warm: Launcher, probe: Callable[..., Script]) -> None:
    stop = Stop()
    outcomes = list(map_jobs(probe(), _jobs(b"x = 1\n"), limits=Limits(jobs=1, stop=stop)))
    stop.ask()

    assert len(outcomes) == 1
    assert _take() is warm
    launcher.give_back(warm)
