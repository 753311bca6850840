"""A child looks for what is left of files when it is much, and only then: looking is dear, and so is memory."""

from __future__ import annotations

import gc
import weakref
from typing import TYPE_CHECKING

import pytest

from autotransform.run import worker

if TYPE_CHECKING:
    from collections.abc import Iterator


class _Knot:
    """Holds itself, as a tree with metadata does."""

    def __init__(self) -> None:
        self.held = self


@pytest.fixture
def _alone() -> Iterator[None]:
    """Nobody else looks for garbage meanwhile."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("_alone")
@pytest.mark.parametrize(("count", "is_left"), [(1, True), (worker._MOST_LEFT + 1000, False)])
def test_what_is_left_is_looked_for_once_it_is_much(count: int, *, is_left: bool) -> None:
    knot = weakref.ref(_Knot())
    for _ in range(count):
        _Knot()
    worker.Tidy().note(1)

    assert (knot() is not None) is is_left


@pytest.mark.usefixtures("_alone")
def test_what_python_took_for_older_in_the_middle_of_a_file_is_looked_for_as_well() -> None:
    tree = _Knot()
    knot = weakref.ref(tree)
    gc.collect(0)
    del tree
    worker.Tidy().note(1)

    assert knot() is None


@pytest.mark.usefixtures("_alone")
def test_a_few_objects_may_be_much() -> None:
    tidy = worker.Tidy()
    knot = weakref.ref(_Knot())
    tidy.note(worker._MOST_BYTES)
    was_left = knot() is not None
    tidy.note(1)

    assert (was_left, knot()) == (True, None)
