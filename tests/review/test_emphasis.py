"""What differs within two lines: words, and as few as can be."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autotransform.review import DiffLine, FileChange, diff_lines, emphasise, emphasise_lines
from autotransform.review.emphasis import Spans, pair_lines

WORDS = st.lists(st.sampled_from(["a", "bc", ".", "(", ")", " ", "é", "\t", "=", "1"]), max_size=30).map("".join)


def marked(text: str, spans: Spans) -> str:
    for start, end in reversed(spans):
        text = f"{text[:start]}<{text[start:end]}>{text[end:]}"
    return text


@pytest.mark.parametrize(
    ("removed", "added", "expected"),
    [
        ("x = pytz.UTC", "x = timezone.utc", ("x = <pytz>.<UTC>", "x = <timezone>.<utc>")),
        ("f(a)", "f(a, timeout=10)", ("f(a)", "f(a<, timeout=10>)")),
        ("class A(object):", "class A:", ("class A<(object)>:", "class A:")),
        ("  f(a)", "    f(a)", ("<  >f(a)", "<    >f(a)")),
        ("old_name", "new_name", ("old_name", "new_name")),
        ("import pytz", "with open(x) as y:", ("import pytz", "with open(x) as y:")),
        ("same", "same", ("same", "same")),
        ("", "x", ("", "x")),
        ("x = a b", "x = c d", ("x = <a b>", "x = <c d>")),
        ("größe = 1", "größe = 2", ("größe = <1>", "größe = <2>")),
    ],
)
def test_words_are_marked_and_not_letters(removed: str, added: str, expected: tuple[str, str]) -> None:
    spans = emphasise(removed, added)

    assert (marked(removed, spans[0]), marked(added, spans[1])) == expected


@given(WORDS, WORDS)
@settings(max_examples=150, deadline=None)
def test_without_what_is_marked_both_lines_are_the_same(removed: str, added: str) -> None:
    spans = emphasise(removed, added)
    rests = []
    for text, found in zip((removed, added), spans, strict=True):
        kept = list(text)
        for start, end in reversed(found):
            assert 0 <= start < end <= len(text)

            del kept[start:end]
        rests.append("".join("".join(kept).split()))

    assert rests[0] == rests[1] or spans == ((), ())


def test_of_a_line_that_is_too_long_nothing_is_told() -> None:
    line = "f(a, b) + " * 390

    assert len(emphasise(line, line.replace("a", "c"))[0]) == 390
    assert emphasise(f"{line * 2} x", f"{line * 2} y") == ((), ())


@pytest.mark.parametrize(
    ("removed", "added", "expected"),
    [
        (["a", "b"], ["c", "d"], [(0, 0), (1, 1)]),
        (["import pytz", "x = pytz.UTC"], ["x = timezone.utc"], [(1, 0)]),
        (["f(a, b)"], ["f(", "    a, b", ")"], [(0, 1)]),
        (["f(a)"], ["x", "y"], []),
        (["a"] * 41, ["a"] * 40, []),
        ([], ["a"], []),
    ],
)
def test_lines_are_paired_with_what_they_became(
    removed: list[str], added: list[str], expected: list[tuple[int, int]]
) -> None:
    assert pair_lines(removed, added) == expected


def test_each_line_of_a_passage_has_its_own_marks() -> None:
    spans = emphasise_lines(["x = old(1)", "y = 2"], ["x = new(1)", "y = 3"])

    assert spans == ([((4, 7),), ((4, 5),)], [((4, 7),), ((4, 5),)])


def test_marks_of_a_diff_stand_behind_the_sign() -> None:
    change = FileChange(path="a.py", before=b"keep\nx = \xff old\n", after=b"keep\nx = \xff new\n")
    lines = list(diff_lines(change, is_marked=True))

    assert [line for line in lines if line.marks] == [
        DiffLine(kind="removed", text="-x = <FF> old", marks=((10, 13),)),
        DiffLine(kind="added", text="+x = <FF> new", marks=((10, 13),)),
    ]
    assert [line.text for line in lines] == [line.text for line in diff_lines(change)]
