"""What is refused stays as it was, byte for byte, and nothing else does."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autotransform.review import FileChange
from autotransform.review.decisions import (
    Decisions,
    change_keys,
    choose_effective,
    compose,
    count_refusals,
    find_refused,
    find_units,
    is_refused,
    read_decisions,
    refuse,
    write_decisions,
)
from autotransform.review.shapes.finding import find_changes

LINES = st.sampled_from(
    [
        b"import pytz\n",
        b"x = pytz.UTC\n",
        b"x = pytz.UTC\r\n",
        b"x = utc\n",
        b"f(a,\n",
        b"  b)\n",
        b"'''\n",
        b"\xff\x00",
        b"}",
    ]
)
CONTENTS = st.lists(LINES, max_size=12).map(b"".join) | st.binary(max_size=60)

BEFORE = (
    b"import pytz\n\n\ndef a():\n    return pytz.UTC\n\n\ndef b():\n    return pytz.UTC\n\n\nx = pytz.timezone(1)\n"
)
AFTER = BEFORE.replace(b"import pytz\n", b"from datetime import timezone\n").replace(b"pytz.UTC", b"timezone.utc")
AFTER = AFTER.replace(b"pytz.timezone", b"ZoneInfo")


def change(before: bytes = BEFORE, after: bytes = AFTER, *, path: str = "a.py") -> FileChange:
    return FileChange(path=path, before=before, after=after)


def after(*changes: FileChange, **refused: object) -> list[bytes]:
    sets = {key: frozenset(value) for key, value in refused.items() if isinstance(value, (set, frozenset))}
    return [each.after for each in refuse(changes, Decisions(**sets))]


def signature_of(old: bytes, new: bytes) -> str:
    (found,) = find_changes([change(old, new)])
    return found.signature


def test_a_shape_that_is_refused_stays_wherever_it_is() -> None:
    shape = signature_of(b"return pytz.UTC\n", b"return timezone.utc\n")

    expected = AFTER.replace(b"return timezone.utc", b"return pytz.UTC")

    assert [expected, expected] == after(change(), change(path="b.py"), shapes={shape})


def test_of_two_equal_changes_in_a_file_one_can_be_refused() -> None:
    keys = change_keys(find_changes([change()]))
    of_second = [unit.keys[0] for unit in find_units(change()) if b"return pytz" in b"".join(unit.removed)][1]

    expected = AFTER.replace(b"def b():\n    return timezone.utc", b"def b():\n    return pytz.UTC")

    assert len(set(keys)) == len(keys) == 5
    assert [expected] == after(change(), changes={of_second})


def test_a_file_that_is_refused_stays_and_no_other() -> None:
    assert after(change(), change(path="b.py"), files={"a.py"}) == [BEFORE, AFTER]


def test_what_stands_on_the_same_line_is_refused_with_it_and_said_to_be() -> None:
    old, new = b"f(pytz.UTC, old(1))\n", b"f(timezone.utc, new(1, 2))\n"
    first, second = change_keys(find_changes([change(old, new)]))
    only_first = Decisions(changes=frozenset({first}))

    assert [old] == after(change(old, new), changes={first})
    assert {first, second} == find_refused([change(old, new)], only_first)


def test_lines_that_follow_each_other_are_refused_one_by_one() -> None:
    old = b"self.assertEquals(a, b)\nself.assertItems(a, b)\nself.assertEquals(c, d)\n"
    new = old.replace(b"Equals", b"Equal").replace(b"Items", b"CountEqual")
    shape = signature_of(b"self.assertItems(a, b)\n", b"self.assertCountEqual(a, b)\n")

    assert [new.replace(b"CountEqual", b"Items")] == after(change(old, new), shapes={shape})


def test_lines_that_say_nothing_by_themselves_stay_together() -> None:
    old, new = b"f(\n    a,\n    old,\n)\n", b"f(\n    a,\n    new,\n    more,\n)\n"

    assert [unit.removed for unit in find_units(change(old, new))] == [(b"    old,\n",)]
    assert [old] == after(change(old, new), shapes={each.signature for each in find_changes([change(old, new)])})


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"x = pytz.UTC\r\ny = 1\r\n", b"x = utc\r\ny = 1\r\n"),
        (b"y = 1\nx = pytz.UTC", b"y = 1\nx = utc"),
        (b"y = 1\nx = pytz.UTC", b"y = 1\nx = utc\n"),
        (b"y = 1\nx = pytz.UTC\n", b"y = 1\nx = utc"),
        (b"\xef\xbb\xbfx = pytz.UTC\n", b"\xef\xbb\xbfx = utc\n"),
        (b"\f\nx = pytz.UTC\n\x00", b"\f\nx = utc\n\x00"),
        (b"# coding: latin-1\nx = '\xe9', pytz.UTC\n", b"# coding: latin-1\nx = '\xe9', utc\n"),
    ],
    ids=["CRLF", "no last newline", "newline added", "newline lost", "BOM", "form feed and NUL", "Latin-1"],
)
def test_every_byte_comes_back(old: bytes, new: bytes) -> None:
    shapes = {each.signature for each in find_changes([change(old, new)])}

    assert [old] == after(change(old, new), shapes=shapes)
    assert [new] == after(change(old, new), shapes={"0" * 12})


@given(CONTENTS, CONTENTS, st.data())
@settings(max_examples=60, deadline=None)
def test_any_choice_gives_every_refused_passage_as_before_and_every_other_as_after(
    old: bytes, new: bytes, data: st.DataObject
) -> None:
    whole = change(old, new)
    keys = sorted(change_keys(find_changes([whole])))
    chosen = Decisions(changes=frozenset(data.draw(st.sets(st.sampled_from(keys))) if keys else ()))
    units = find_units(whole)
    (result,) = refuse([whole], chosen)

    assert new == compose(old, [(unit, unit.added) for unit in units])
    assert old == compose(old, [(unit, unit.removed) for unit in units])
    assert result.after == compose(
        old, [(unit, [unit.added, unit.removed][is_refused(unit, chosen)]) for unit in units]
    )
    assert [old] == after(whole, changes=set(keys))
    assert keys == sorted(itertools.chain.from_iterable(unit.keys for unit in units))
    assert chosen.changes <= find_refused([whole], chosen)


def test_a_key_stays_when_another_file_or_another_place_of_the_file_changes() -> None:
    more = b"y = old(1)\n\n\n"
    alone = change_keys(find_changes([change()]))
    moved = change_keys(find_changes([change(more + BEFORE, more.replace(b"old", b"new") + AFTER)]))
    beside = change_keys(find_changes([change(path="Z.py"), change()]))

    assert alone == moved[1:]
    assert alone == beside[len(alone) :]


def test_keys_are_the_same_for_any_hash_seed() -> None:
    code = (
        "from autotransform.review import FileChange;"
        "from autotransform.review.decisions import *;"
        "from autotransform.review.shapes.finding import find_changes;"
        f"print(*change_keys(find_changes([FileChange(path='a.py', before={BEFORE!r}, after={AFTER!r})])))"
    )
    outputs = {
        subprocess.check_output([sys.executable, "-c", code], env={**os.environ, "PYTHONHASHSEED": seed}, text=True)
        for seed in "12"
    }

    assert outputs == {" ".join(change_keys(find_changes([change()]))) + "\n"}


def test_decisions_that_say_nothing_here_are_not_noted() -> None:
    shape, key = signature_of(b"return pytz.UTC\n", b"return timezone.utc\n"), change_keys(find_changes([change()]))[0]
    real = Decisions(shapes=frozenset({shape}), files=frozenset({"a.py"}), changes=frozenset({key}))
    stale = Decisions(shapes=frozenset({"1" * 12}), files=frozenset({"no.py"}), changes=frozenset({"2" * 12}))

    assert real == choose_effective([change()], real | stale)
    assert count_refusals(real | stale) == "2 shapes, 2 files, 2 single changes"
    assert not Decisions()


@pytest.mark.parametrize(
    "told",
    [
        None,
        7,
        "",
        {"shapes": "0" * 12},
        {"shapes": [7]},
        {"shapes": ["0" * 11]},
        {"shapes": ["G" * 12]},
        {"changes": [["0" * 12]]},
        {"files": [""]},
        {"files": ["a\0b"]},
        {"files": ["\ud800"]},
        {"files": ["a" * 4_097]},
        {"files": ["a"] * 500_001},
        {"other": []},
    ],
)
def test_what_is_no_decision_cannot_be_read(told: object) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - who reads says more
        read_decisions(told)


def test_what_is_written_is_read() -> None:
    decisions = Decisions(shapes=frozenset({"0" * 12}), files=frozenset({"b.py", "a\udcff"}), changes=frozenset())

    assert read_decisions(write_decisions(decisions)) == decisions
    assert write_decisions(decisions)["files"] == sorted(decisions.files, key=os.fsencode)
    assert read_decisions([]) == Decisions()


def test_the_answers_to_each_of_many_thousand_places_are_read_again() -> None:
    decisions = Decisions(changes=frozenset(f"{number:012x}" for number in range(100_001)))

    assert read_decisions(write_decisions(decisions)) == decisions
