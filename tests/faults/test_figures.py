"""The goals of the guarantees over real code; ``python -m tests.faults`` prints the tables."""

from __future__ import annotations

import pytest

from tests.faults.figures import count_alarms, count_caught
from tests.faults.mutations import IN_TEXT, IN_TREE

#: What nothing may slip through of.
EVERY_ONE = {
    "drop parentheses",
    "put a looser operator in",
    "put a statement in an expression",
    "put a keyword for a name",
    "await in a function that cannot",
    "return, break, yield at the top",
    "duplicate a keyword",
    *IN_TEXT,
}


def test_a_sample_of_the_mutants_is_caught() -> None:
    caught = count_caught(each=1, stride=30, largest=4_000)

    assert caught.made.total() >= len(IN_TREE)
    assert caught.missed == []


def test_a_sample_of_undamaged_outputs_raises_no_alarm() -> None:
    alarms = count_alarms(stride=40, largest=4_000)

    assert alarms.files > 20
    assert alarms.said == []


@pytest.mark.long
@pytest.mark.timeout(7200)
def test_mutants_are_caught() -> None:
    caught = count_caught(each=100)

    assert caught.made.total() >= 2000
    assert [missed for missed in caught.missed if missed[0] in EVERY_ONE] == []
    assert caught.caught.total() >= 0.99 * caught.made.total()


@pytest.mark.long
@pytest.mark.timeout(7200)
def test_undamaged_outputs_raise_hardly_an_alarm() -> None:
    alarms = count_alarms()

    assert alarms.files >= 5000
    assert len(alarms.said) < 0.001 * alarms.files, alarms.said
