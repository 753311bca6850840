"""The benchmark of shapes measures what it says; the costs grow no faster than what there is to read."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest

from autotransform.review import explain
from tests.benchmarks import shapes

if TYPE_CHECKING:
    from types import FrameType


@pytest.mark.parametrize(("name", "kinds"), [("usual", 1), ("differing", 40)])
def test_every_change_is_measured(name: str, kinds: int) -> None:
    figure = shapes.measure(name, hunks=40)

    assert (figure.hunks, figure.shapes) == (40, kinds)
    assert figure.ratio == figure.why / figure.peer > 0


@pytest.mark.parametrize("name", shapes.WORKS)
def test_ten_times_the_hunks_take_ten_times_the_calls(name: str) -> None:
    few, many = (count_calls(name, hunks=hunks) for hunks in (60, 600))

    assert many < 11 * few


def count_calls(name: str, *, hunks: int) -> int:
    """Count the calls of functions that it takes to explain so many changes: unlike time, that is always the same."""
    run, changes = shapes.make_files(name, hunks=hunks)
    count = 0

    def see(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal count
        count += event == "call"

    former = sys.getprofile()
    sys.setprofile(see)
    try:
        explain(run, changes)
    finally:
        sys.setprofile(former)
    return count
