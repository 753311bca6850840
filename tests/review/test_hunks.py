"""Hunks: what belongs together, where it stands, and what ends a line."""

from __future__ import annotations

import pytest

from autotransform.review import FileChange, Hunk, find_hunks
from autotransform.review.hunks import count_lines, split_lines


def change(before: bytes, after: bytes) -> FileChange:
    return FileChange(path="a.py", before=before, after=after)


def numbered(count: int) -> list[bytes]:
    return [b"%d\n" % number for number in range(1, count + 1)]


def spans(hunks: tuple[Hunk, ...]) -> list[tuple[int, int, int, int]]:
    return [(hunk.before_start, hunk.before_count, hunk.after_start, hunk.after_count) for hunk in hunks]


@pytest.mark.parametrize(
    ("content", "lines"),
    [
        (b"", []),
        (b"\n", [b"\n"]),
        (b"a", [b"a"]),
        (b"a\n", [b"a\n"]),
        (b"a\nb", [b"a\n", b"b"]),
        (b"a\r\nb\r\n", [b"a\r\n", b"b\r\n"]),
        (b"a\rb\n", [b"a\rb\n"]),
        (b"a\x0cb\x0b\x1c\x85\xe2\x80\xa8c\n", [b"a\x0cb\x0b\x1c\x85\xe2\x80\xa8c\n"]),
        (b"\n\n", [b"\n", b"\n"]),
    ],
    ids=["nothing", "empty-line", "no-newline", "one", "last-without", "crlf", "lone-cr", "form-feed", "blank-lines"],
)
def test_only_a_line_feed_ends_a_line(content: bytes, lines: list[bytes]) -> None:
    assert split_lines(content) == lines


@pytest.mark.parametrize("content", [b"", b"a\n", b"a", b"\xff\x00\r\n"])
def test_what_does_not_change_has_no_hunk(content: bytes) -> None:
    assert find_hunks(change(content, content)) == ()
    assert count_lines(change(content, content)) == (0, 0)


def test_six_equal_lines_join_two_changes_and_seven_part_them() -> None:
    def changed_at(first: int, second: int) -> int:
        before = numbered(30)
        after = before.copy()
        after[first] = after[second] = b"x\n"
        return len(find_hunks(change(b"".join(before), b"".join(after))))

    assert changed_at(5, 12) == 1
    assert changed_at(5, 13) == 2


def test_starts_shift_by_what_earlier_hunks_added() -> None:
    before = numbered(30)
    after = [*before[:4], b"new\n", b"new\n", *before[4:24], *before[25:]]

    assert spans(find_hunks(change(b"".join(before), b"".join(after)))) == [(2, 6, 2, 8), (22, 7, 24, 6)]


def test_an_empty_side_starts_at_the_line_before() -> None:
    assert spans(find_hunks(change(b"", b"a\n"))) == [(0, 0, 1, 1)]
    assert spans(find_hunks(change(b"a\n", b""))) == [(1, 1, 0, 0)]
    assert spans(find_hunks(change(b"a\nc\n", b"a\nb\nc\n"), context=0)) == [(1, 0, 2, 1)]


def test_no_context_parts_neighbours_only_where_a_line_is_equal() -> None:
    before, after = b"1\n2\n3\n", b"x\n2\ny\n"

    assert len(find_hunks(change(before, after), context=0)) == 2


def test_a_line_that_only_loses_its_newline_is_a_change() -> None:
    assert count_lines(change(b"a\nb\n", b"a\nb")) == (1, 1)


def test_the_heading_is_the_last_function_above_the_hunk() -> None:
    body = b"".join(b"    line(%d)\n" % number for number in range(9))
    before = b"import a\n" + body + b"async def one():\r\n" + body + b"    class Two:\n" + body + body
    after = before.replace(b"import a", b"import b").replace(b"line(7)", b"line(70)")

    assert [hunk.heading for hunk in find_hunks(change(before, after))] == [
        b"",
        b"",
        b"async def one():",
        b"class Two:",
        b"class Two:",
    ]
