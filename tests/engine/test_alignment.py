"""What recurs in turn is compared in seconds, and whatever else exactly as difflib compares it."""

from __future__ import annotations

import difflib
import itertools
import random
from typing import TYPE_CHECKING

import pytest

from autotransform.engine import alignment
from autotransform.engine.alignment import compared, opcodes
from autotransform.engine.edits import common_items

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autotransform.engine.alignment import Opcode


def drawn(chance: random.Random) -> tuple[list[int], list[int]]:
    kinds = chance.choice([1, 2, 3, 6])
    one, other = ([chance.randrange(kinds) for _ in range(chance.randrange(12))] for _ in range(2))
    return one, other


def require_right(old: Sequence[object], new: Sequence[object], found: Sequence[Opcode]) -> None:
    """Check that opcodes cover both sequences, in order, and say what is there."""
    place = other = 0
    for kind, first, last, new_first, new_last in found:
        assert (place, other) == (first, new_first)
        assert (old[first:last] == new[new_first:new_last]) == (kind == "equal")
        assert (first == last) == (kind == "insert")
        assert (new_first == new_last) == (kind == "delete")
        place, other = last, new_last
    assert (len(old), len(new)) == (place, other)


def longest_common(old: Sequence[int], new: Sequence[int]) -> int:
    lengths = [0] * (len(new) + 1)
    for one in old:
        row = [0]
        for index, other in enumerate(new):
            row.append(lengths[index] + 1 if one == other else max(lengths[index + 1], row[-1]))
        lengths = row
    return lengths[-1]


def test_the_least_is_added_and_taken_away() -> None:
    chance = random.Random(1)
    for _ in range(500):
        old, new = drawn(chance)
        pairs = common_items(old, new, most=100)

        assert pairs is not None
        assert [old[one] for one, _ in pairs] == [new[other] for _, other in pairs]
        assert all(a < c and b < d for (a, b), (c, d) in itertools.pairwise(pairs))
        assert longest_common(old, new) == len(pairs)


def test_more_edits_than_are_looked_for_are_not_found() -> None:
    assert common_items("abc", "xyz", most=5) is None
    assert common_items("abc", "xyz", most=6) == []


@pytest.mark.parametrize("most", [0, 2, 1000])
def test_what_takes_too_long_is_compared_all_the_same(monkeypatch: pytest.MonkeyPatch, most: int) -> None:
    monkeypatch.setattr(alignment, "_MOST_STEPS", -1)
    monkeypatch.setattr(alignment, "_MOST_EDITS", most)
    chance = random.Random(2)
    for _ in range(300):
        old, new = drawn(chance)
        require_right(old, new, compared(old, new, is_long=False))


def test_what_does_not_take_long_is_compared_as_difflib_does(monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(3)
    draws = [drawn(chance) for _ in range(300)]
    expected = [difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes() for old, new in draws]

    assert expected == [compared(old, new, is_long=False) for old, new in draws]
    monkeypatch.setattr(alignment, "_MOST_STEPS", 10_000)
    monkeypatch.setattr(alignment, "_is_bounded", lambda old, new: False)  # noqa: ARG005
    assert expected == [compared(old, new, is_long=False) for old, new in draws]


def test_lines_that_take_turns_are_paired_at_once() -> None:
    old = ["foo(1)", "z(2)"] * 3000
    new = ["bar(1)", "z(2)"] * 3000
    found = opcodes(old, new, many=10_000)

    assert sum(last - first for kind, first, last, *_ in found if kind == "equal") == 3000
