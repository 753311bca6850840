"""What a new version of a script does otherwise than the old one, in values and in lines."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from autotransform.engine import Changed, Failed, Run, Site, Skipped, Unchanged
from autotransform.review.behaviour import Behaviour, FileDifference, compare, describe, draw

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autotransform.engine import Outcome

COUNTS = (
    "1 file newly changed, 1 no longer changed, 1 changed differently, 1 newly failing, 1 no longer failing,"
    " 1 changed as before"
)
TEXT = b"a = old\nb = 1\nc = old\n"


@pytest.fixture
def empty(example_run: Run) -> Run:
    return replace(example_run, outcomes=(), unread=())


def changed(path: str, after: bytes, *lines: int) -> Changed:
    sites = tuple(Site(line=line, column=5, status="changed") for line in lines)
    return Changed(path=path, after=after, sites=(*sites, Site(line=9, column=1, status="skipped", reason="x")))


def behaviour(run: Run, before: Sequence[Outcome], after: Sequence[Outcome], **contents: bytes) -> Behaviour:
    known = {f"{name}.py": content for name, content in contents.items()}
    olds, news = (replace(run, outcomes=tuple(outcomes)) for outcomes in (before, after))
    return compare(olds, news, contents=known or None)


def test_the_same_is_the_same(empty: Run) -> None:
    before: list[Outcome] = [changed("a.py", b"x", 1), Skipped(path="b.py", reason="x")]

    same = behaviour(empty, before, [changed("a.py", b"x", 2)])

    assert same == Behaviour(alike=1)
    assert same.is_same
    assert describe(same) == ("The new version does the same as the old one: 1 file changed alike.",)


def test_files_that_only_one_version_changes(empty: Run) -> None:
    before: list[Outcome] = [changed("b.py", b"x", 1, 3), Unchanged(path="c.py")]
    after: list[Outcome] = [Unchanged(path="b.py"), changed("c.py", b"y", 2), changed("a/z.py", b"z", 7)]

    found = behaviour(empty, before, after)

    assert found.no_longer == (FileDifference(path="b.py", old=b"x", new=None, dropped=(1, 3)),)
    assert [(each.path, each.added) for each in found.newly] == [("a/z.py", (7,)), ("c.py", (2,))]
    assert found.differently == ()


def test_the_order_is_that_of_the_bytes_of_paths(empty: Run) -> None:
    paths = ["a-b.py", "a.py", "a/b.py", "\ue000.py", "\udce9.py"]

    found = behaviour(empty, [], [changed(path, b"x", 1) for path in reversed(paths)])

    assert [each.path for each in found.newly] == ["a-b.py", "a.py", "a/b.py", "\udce9.py", "\ue000.py"]


def test_lines_that_one_version_alone_changes(empty: Run) -> None:
    before = [changed("a.py", TEXT.replace(b"a = old", b"a = new"), 1)]
    after = [changed("a.py", TEXT.replace(b"c = old", b"c = new"), 3)]

    (file,) = behaviour(empty, before, after, a=TEXT).differently

    assert (file.added, file.dropped, file.altered, file.lines) == ((3,), (1,), (), (1, 3))


def test_lines_that_both_change_and_not_alike_are_known_from_the_text_before(empty: Run) -> None:
    before = [changed("a.py", b"a = new\nb = 1\nc = new\n", 1, 3)]
    after = [changed("a.py", b"a = new\nb = 1\nc = newer\n", 1, 3)]

    assert behaviour(empty, before, after, a=TEXT).differently[0].altered == (3,)
    assert behaviour(empty, before, after).differently[0].altered == (1, 3)


def test_without_the_text_before_a_line_more_is_reason_enough(empty: Run) -> None:
    before = [changed("a.py", b"a = new\nb = 1\nc = old\n", 1)]
    after = [changed("a.py", b"a = new\nb = 1\nc = new\n", 1, 3)]

    (file,) = behaviour(empty, before, after).differently

    assert (file.added, file.altered) == ((3,), ())


def test_failures_that_came_and_went(empty: Run) -> None:
    failed = Failed(path="a.py", reason="crash", detail="ValueError: x\n more")

    assert behaviour(empty, [Unchanged(path="a.py")], [failed]).failing == (failed,)
    assert behaviour(empty, [failed], [Unchanged(path="a.py")]).mended == ("a.py",)
    assert behaviour(empty, [failed], [replace(failed, reason="syntax")]).is_same
    assert behaviour(empty, [changed("a.py", b"x", 1)], [failed]).no_longer[0].dropped == (1,)


def test_all_of_it_in_lines(empty: Run) -> None:
    before: list[Outcome] = [
        changed("a.py", TEXT.replace(b"old", b"new"), 1, 3),
        changed("c.py", TEXT.replace(b"old", b"new"), 1, 3),
        changed("d.py", b"x", 1),
        Failed(path="e.py", reason="crash"),
    ]
    after: list[Outcome] = [
        changed("a.py", TEXT.replace(b"a = old", b"a = newer").replace(b"old", b"new"), 1, 3),
        changed("b.py", TEXT.replace(b"a = old", b"a = \x1b[31m"), 1),
        changed("d.py", b"x", 1),
        Failed(path="f.py", reason="crash", detail="ValueError: \x1b[31m\nmore"),
    ]

    assert describe(behaviour(empty, before, after, a=TEXT), contents={"b.py": TEXT}) == (
        COUNTS,
        "",
        "Newly changed: 1 file",
        "  b.py:1",
        "       @@ -1,2 +1,2 @@",
        "       -a = old",
        "       +a = <U+001B>[31m",
        "        b = 1",
        "",
        "No longer changed: 1 file",
        "  c.py, lines 1, 3",
        "",
        "Changed differently: 1 file",
        "  a.py:1",
        "       @@ -1,2 +1,2 @@",
        "       -a = new",
        "       +a = newer",
        "        b = 1",
        "",
        "Newly failing: 1",
        "  f.py (crash)",
        "       ValueError: <U+001B>[31m",
        "",
        "No longer failing: 1",
        "  e.py",
    )


def test_what_differs_in_a_line_is_marked(empty: Run) -> None:
    before = [changed("a.py", TEXT.replace(b"old", b"new"), 1, 3)]
    after = [changed("a.py", TEXT.replace(b"a = old", b"a = newer").replace(b"old", b"new"), 1, 3)]

    lines = draw(behaviour(empty, before, after, a=TEXT), contents={"a.py": TEXT})

    assert [(line.kind, [line.text[start:end] for start, end in line.marks]) for line in lines[1:]] == [
        ("text", []),
        ("title", []),
        ("text", []),
        ("hunk", []),
        ("removed", ["new"]),
        ("added", ["newer"]),
        ("context", []),
    ]


def test_there_is_a_bound_unless_all_is_asked_for(empty: Run) -> None:
    many = [changed(f"{number:02}.py", b"y\n" * 99, *range(1, 99)) for number in range(30)]
    contents = {each.path: b"x\n" * 99 for each in many}
    found = behaviour(empty, [], many)

    short = describe(found, contents=contents)

    assert len(short) < 100
    assert short[-1] == "  … and 20 more"
    assert "       …" in short
    assert short[3] == "  00.py, lines 1, 2, 3, 4, 5, …"
    assert len(describe(found, contents=contents, limit=None)) > 30 * 198


def test_many_failures_are_bounded(empty: Run) -> None:
    many = [Failed(path=f"{number:02}.py", reason="crash") for number in range(30)]

    assert describe(behaviour(empty, [], many))[-1] == "  … and 10 lines more"
    assert describe(behaviour(empty, many, []))[-1] == "  … and 10 files more"
