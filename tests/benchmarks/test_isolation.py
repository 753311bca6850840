"""The benchmark measures what it says; how much that is, no test decides."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from autotransform.run.isolation import LAYERS
from tests.benchmarks import isolation

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the layers of the kernel are Linux's")


def test_files_are_taken_evenly(tmp_path: Path) -> None:
    for number in range(10):
        (tmp_path / f"{number}.py").write_text("x = 1\n")

    assert [job.context.path for job in isolation.read_jobs(tmp_path, most=5)] == [f"{n}.py" for n in (0, 2, 4, 6, 8)]


def test_both_ways_are_measured(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("f(x)\n" * 200)
    jobs = isolation.read_jobs(tmp_path, most=1)
    cost = isolation.measure_work("bench", isolation._LIGHT, jobs, rounds=1, layers=frozenset(LAYERS))

    assert cost.fenced[0] > 0 < cost.plain[0]
    assert cost.ratio == cost.fenced[0] / cost.plain[0]


def test_starts_are_measured() -> None:
    start, child = isolation.measure_starts(rounds=1, children=2)

    assert start > child > 0
