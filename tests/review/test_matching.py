"""Lines are matched rightly on anything, minimally on what people write, and quickly on what is huge."""

from __future__ import annotations

import itertools
import random
import time
from typing import TYPE_CHECKING, TypeAlias

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autotransform.review.matching import Region, find_differences

if TYPE_CHECKING:
    from collections.abc import Callable

    Make: TypeAlias = Callable[[], tuple[list[bytes], list[bytes]]]

LINES = st.lists(st.sampled_from([b"a\n", b"b\n", b"c\n", b"\n", b"d"]), max_size=40)


def sizes(regions: tuple[Region, ...]) -> tuple[int, int]:
    removed = sum(region.before_end - region.before_start for region in regions)
    return removed, sum(region.after_end - region.after_start for region in regions)


def rebuilt(before: list[bytes], after: list[bytes]) -> list[bytes]:
    """Make ``after`` of ``before``, taking from ``after`` the regions that differ alone."""
    lines: list[bytes] = []
    at = 0
    for region in find_differences(before, after):
        lines += before[at : region.before_start]
        lines += after[region.after_start : region.after_end]
        at = region.before_end
    return lines + before[at:]


def numbered(count: int) -> list[bytes]:
    return [b"line %d\n" % number for number in range(count)]


@pytest.mark.parametrize("lines", [[], [b"a\n"], [b"a"], [b"\n"] * 5, numbered(50)])
def test_equal_texts_have_no_difference(lines: list[bytes]) -> None:
    assert find_differences(lines, list(lines)) == ()


@given(LINES, LINES)
def test_the_regions_turn_one_text_into_the_other(before: list[bytes], after: list[bytes]) -> None:
    assert rebuilt(before, after) == after


@given(LINES, LINES)
def test_regions_stand_in_order_and_apart(before: list[bytes], after: list[bytes]) -> None:
    regions = find_differences(before, after)

    for first, second in itertools.pairwise(regions):
        assert first.before_end < second.before_start
        assert first.after_end < second.after_start
        assert second.before_start - first.before_end == second.after_start - first.after_end


@given(lines=LINES, at=st.integers(0, 40), more=st.booleans())
def test_one_line_more_or_less_is_one_line_of_difference(*, lines: list[bytes], at: int, more: bool) -> None:
    at = min(at, len(lines))
    other = [*lines[:at], b"a\n", *lines[at:]]
    before, after = (lines, other) if more else (other, lines)

    assert sizes(find_differences(before, after)) == ((0, 1) if more else (1, 0))


def test_a_move_keeps_the_longer_part_in_place() -> None:
    before = numbered(20)
    after = [*before[3:], *before[:3]]

    assert sizes(find_differences(before, after)) == (3, 3)


def test_lines_that_repeat_are_matched_one_by_one() -> None:
    before = [b"a\n", b"b\n"] * 2000
    after = before.copy()
    del after[1001], after[3000]

    assert sizes(find_differences(before, after)) == (2, 0)


def test_a_change_between_separators_costs_its_own_line_only() -> None:
    before = [line for number in range(3000) for line in (b"old %d\n" % number, b",\n")]
    after = [line.replace(b"old", b"new") for line in before]

    assert sizes(find_differences(before, after)) == (3000, 3000)


def huge_with_many_changes() -> tuple[list[bytes], list[bytes]]:
    chosen = random.Random(7)
    before = [b"value = %d\n" % chosen.randrange(2000) for _ in range(30_000)]
    return before, [line.replace(b"value", b"other") if chosen.random() < 0.2 else line for line in before]


def every_line_changes() -> tuple[list[bytes], list[bytes]]:
    before = [b"x = old()\n"] * 30_000
    return before, [b"x = new()\n"] * 30_000


def shuffled() -> tuple[list[bytes], list[bytes]]:
    before = numbered(30_000)
    after = before.copy()
    random.Random(7).shuffle(after)
    return before, after


def nothing_stands_out() -> tuple[list[bytes], list[bytes]]:
    chosen = random.Random(7)
    return chosen.choices([b"a\n", b"b\n", b"c\n"], k=30_000), chosen.choices([b"a\n", b"b\n", b"c\n"], k=29_000)


@pytest.mark.parametrize("make", [huge_with_many_changes, every_line_changes, shuffled, nothing_stands_out])
def test_thirty_thousand_lines_take_seconds_at_most(make: Make) -> None:
    before, after = make()
    started = time.process_time()
    text = rebuilt(before, after)
    spent = time.process_time() - started

    assert text == after
    assert spent < 5


@given(LINES, st.sets(st.integers(0, 39)))
def test_lines_that_became_others_where_they_stand_are_the_differences(lines: list[bytes], changed: set[int]) -> None:
    before, after = (
        [b"%s %d\n" % (word, at) if at in changed else line for at, line in enumerate(lines)]
        for word in (b"old", b"new")
    )
    regions = find_differences(before, after)

    assert {at for each in regions for at in range(each.after_start, each.after_end)} == changed & {*range(len(lines))}
    assert all((each.before_start, each.before_end) == (each.after_start, each.after_end) for each in regions)


def test_a_line_that_moved_is_not_taken_for_one_that_became_another() -> None:
    before, after = [b"a\n", b"b\n", b"c\n", b"d\n"], [b"b\n", b"c\n", b"d\n", b"a\n"]

    assert sizes(find_differences(before, after)) == (1, 1)
