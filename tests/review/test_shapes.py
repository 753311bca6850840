"""Shapes: what counts as the same change, wherever it is made."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from autotransform.review import FileChange, find_hunks
from autotransform.review.hunks import split_lines
from autotransform.review.shapes.finding import Shape, find_changes, find_shapes
from autotransform.review.shapes.passages import find_passages, split_hunk
from autotransform.review.shapes.tokens import _TOKEN, tokenise

if TYPE_CHECKING:
    import random

LINES = st.sampled_from(
    [
        b"import pytz\n",
        b"x = pytz.UTC\n",
        b"f(a,\n",
        b"  b)\n",
        b"'''\n",
        b"y = 'a\n",
        b"(\n",
        b"\xff\x00\r\n",
        b"}",
        b"\n",
    ]
)
CONTENTS = st.lists(LINES, max_size=12).map(b"".join) | st.binary(max_size=60) | st.text(max_size=60).map(str.encode)


def change(before: str, after: str, *, path: str = "a.py") -> FileChange:
    return FileChange(path=path, before=before.encode(), after=after.encode())


def shapes(*pairs: tuple[str, str]) -> tuple[Shape, ...]:
    return find_shapes([change(*pair, path=f"f{index:05}.py") for index, pair in enumerate(pairs)])


def told(before: str, after: str) -> set[tuple[str, str]]:
    return {(shape.before, shape.after) for shape in shapes((before, after))}


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        ("x = pytz.UTC\n", "x = timezone.utc\n", ("pytz.UTC", "timezone.utc")),
        ("f(a, pytz.UTC, g(pytz.UTC))\n", "f(a, timezone.utc, g(timezone.utc))\n", ("pytz.UTC", "timezone.utc")),
        ("foo.old.bar(x)\n", "foo.new.bar(x)\n", ("A1.old.A2", "A1.new.A2")),
        ("x.y.old(x)\n", "x.y.new(x)\n", ("A1.old", "A1.new")),
        ("get(x).old(1)\n", "get(x).new(1)\n", (".old", ".new")),
        ("self.assertEquals(f(x), 3)\n", "assert f(x) == 3\n", ("self.assertEquals(A1, A2)", "assert A1 == A2")),
        ("y = get(u)\n", "y = get(u, timeout=10)\n", ("A1(A2)", "A1(A2, timeout=10)")),
        ("y = s.get(u, p=[1, 2])\n", "y = s.get(u, p=[1, 2], timeout=10)\n", ("A1(A2)", "A1(A2, timeout=10)")),
        ("g(\n    u,\n    p,\n)\n", "g(\n    u,\n    p,\n    timeout=10,\n)\n", ("A1(A2)", "A1(A2, timeout=10)")),
        ("f(10)\n", "f(10, timeout=10)\n", ("A1(A2)", "A1(A2, timeout=10)")),
        ("if d.has_key(k):\n", "if k in d:\n", ("A1.has_key(A2)", "A2 in A1")),
        ("if x.y[1] == None:\n", "if x.y[1] is None:\n", ("A1 == None", "A1 is None")),
        ("z = g(x)(y) == h(z)[0] + 1\n", "z = g(x)(y) is h(z)[0] + 1\n", ("A1 == A2", "A1 is A2")),
        ("'%s' % name\n", "f'{name}'\n", ("S1 % A1", "fS2")),
        ("getattr(x, 'foo')\n", "x.foo\n", ("getattr(A1, S1)", "A1.A2")),
        ("x = u'abc'\n", "x = 'abc'\n", ("uS1", "S1")),
        ("f(p, 'rU')\n", "f(p)\n", ("A1(A2, S1)", "A1(A2)")),
        ("x = 1  # noqa\n", "x = 2\n", ("N1 # C1", "N2")),
        ("x: Optional[List[int]]\n", "x: list[int] | None\n", ("Optional[List[A1]]", "list[A1] | None")),
        ("class A(object):\n", "class A:\n", ("class A1(object):", "class A1:")),
        ("x = f(\n  a)\n", "x = f(a)\n", ("(layout)", "(layout)")),
        ("from a import b, c\n", "from a import (\n    c,\n    b,\n)\n", ("(layout)", "(layout)")),
        ("", "@skip\n", ("", "@skip")),
        ("from a.b import (c, d)\n", "from a.e import (c, d)\n", ("from a.b import A1", "from a.e import A1")),
        ("import mock\n", "from unittest import mock\n", ("import A1", "from unittest import A1")),
    ],
)
def test_a_change_is_told_without_what_varies(before: str, after: str, expected: tuple[str, str]) -> None:
    assert told(before, after) == {expected}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("import os\n", "import os\nfrom datetime import timezone\n"),
        ("from datetime import date\n", "from datetime import date, timezone\n"),
        ("from datetime import (date, tzinfo as t)\n", "from datetime import (date, timezone, tzinfo as t)\n"),
        (
            "from datetime import (\n    date,\n    time\n)\n",
            "from datetime import (\n    date,\n    time,\n    timezone\n)\n",
        ),
        ("from datetime import (\n    date,  # d\n)\n", "from datetime import (\n    date,  # d\n    timezone,\n)\n"),
        ("from datetime import (\n    date,\n)\n", "from datetime import (\n    date,\n    timezone,  # utc\n)\n"),
        ("    from datetime import date\n", "    from datetime import date, \\\n        timezone\n"),
    ],
)
def test_an_added_import_is_one_shape_whatever_else_the_line_holds(before: str, after: str) -> None:
    assert told(before, after) == {("", "from datetime import timezone")}


def test_an_import_and_a_call_next_to_each_other_are_two_shapes() -> None:
    before = "import pytz\nx = clock(pytz.UTC)\n"
    after = "from datetime import timezone\nx = clock(timezone.utc)\n"

    assert told(before, after) == {
        ("import pytz", ""),
        ("", "from datetime import timezone"),
        ("pytz.UTC", "timezone.utc"),
    }


def test_changes_that_share_a_hunk_are_told_apart() -> None:
    before, after = "a = old(1)\nkeep\nb = pytz.UTC\n", "a = new(1)\nkeep\nb = timezone.utc\n"

    assert len(find_hunks(change(before, after))) == 1
    assert told(before, after) == {("old", "new"), ("pytz.UTC", "timezone.utc")}


def test_statements_that_are_replaced_one_by_one_are_changes_of_their_own() -> None:
    assert told("a = old(a)\nb = old(b)\n", "a = new(a)\nb = new(b)\n") == {("old", "new")}


@pytest.mark.parametrize(
    ("before", "after", "expected"),
    [
        (
            "def f(a: Optional[X], b: Optional[Y] = None) -> Optional[Z]:\n",
            "def f(a: X | None, b: Y | None = None) -> Z | None:\n",
            {("Optional[A1]", "A1 | None")},
        ),
        ("f(get(a), get(b))\n", "f(get(a, t=1), get(b, t=1))\n", {("A1(A2)", "A1(A2, t=1)")}),
        (
            "g(\n    a,\n    [\n        1,\n    ],\n    b,\n)\n",
            "g(\n    a,\n    t=1,\n    [\n        1,\n    ],\n    b,\n)\n",
            {("A1(A2, A3)", "A1(A2, t=1, A3)")},
        ),
        (
            "g(\n    a,\n    b,\n    c,\n)\n",
            "g(\n    t=1,\n    a,\n    b,\n    c,\n    u=2,\n)\n",
            {("A1(A2)", "A1(t=1, A2)"), ("A1(A2)", "A1(A2, u=2)")},
        ),
        ("f(get(a))[x.old]\n", "f(get(a, t=1))[x.new]\n", {("A1(A2)", "A1(A2, t=1)"), ("A1.old", "A1.new")}),
        ("old(get(a)).x(get(b))\n", "new(get(a)).x(get(b, t=1))\n", {("old", "new"), ("A1(A2)", "A1(A2, t=1)")}),
        (
            "f(a == None, b == None)\n",
            "f(a is None, b is None)\n",
            {("A1 == None", "A1 is None")},
        ),
        ("equals(a, b)\n", "check(a == b)\n", {("equals(A1, A2)", "check(A1 == A2)")}),
    ],
)
def test_places_of_one_statement_that_make_sense_by_themselves_are_told_apart(
    before: str, after: str, expected: set[tuple[str, str]]
) -> None:
    assert told(before, after) == expected


def test_what_becomes_something_else_altogether_is_one_change() -> None:
    assert told("a = 1\nb = c\n", "with d:\n    e()\n") == {("a = N1\nb = c", "with d:\ne()")}


def test_a_lost_comment_makes_another_shape() -> None:
    assert len(shapes(("x = f(1)  # noqa\n", "x = g(1)\n"), ("x = f(1)\n", "x = g(1)\n"))) == 2


def test_two_hundred_files_are_one_shape_and_the_odd_one_stands_first() -> None:
    pairs = [(f"v{number} = c(pytz.UTC)\n", f"v{number} = c(timezone.utc)\n") for number in range(200)]

    odd, usual = shapes(*pairs, ("v = c(pytz.UTC)\n", "v = c(timezone.max)\n"))

    assert (odd.count, odd.after, odd.paths) == (1, "timezone.max", ("f00200.py",))
    assert (usual.count, usual.paths[0], len(usual.paths)) == (200, "f00000.py", 200)
    assert usual.example.path == "f00000.py"


def test_what_a_placeholder_stands_for_is_told_by_examples() -> None:
    calls = [(f"get(u{number})\n", f"get(u{number}, timeout=10)\n") for number in range(9)]

    (shape,) = shapes(*calls)

    assert shape.varying == (("A1", ("get",)), ("A2", ("u0", "u1", "u2", "u3", "u4")))


def test_a_signature_is_the_same_in_every_version() -> None:
    # A decision about a shape is kept under it. Change the version that it starts with where this must change.
    (shape,) = shapes(("x = pytz.UTC\n", "x = timezone.utc\n"))

    assert shape.signature == "bb756936fdb2"


def test_a_signature_depends_on_no_hash_seed() -> None:
    program = (
        "from autotransform.review import FileChange\n"
        "from autotransform.review.shapes.finding import find_shapes\n"
        "before, after = b'equals(f(x, y), x.a, b.c(1))', b'assert f(x, y) == x.b, b.d(1)'\n"
        "print(find_shapes([FileChange(path='a.py', before=before, after=after)]))\n"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", program], env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in "123"
    }

    assert len(found) == 1


@given(st.lists(st.tuples(CONTENTS, CONTENTS), max_size=6), st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_neither_order_nor_other_files_matter(pairs: list[tuple[bytes, bytes]], chance: random.Random) -> None:
    changes = [FileChange(path=f"{at}.py", before=old, after=new) for at, (old, new) in enumerate(pairs)]
    shuffled = changes.copy()
    chance.shuffle(shuffled)

    together = find_shapes(changes)

    assert find_shapes(shuffled) == together
    assert {shape.signature for shape in together} == {
        shape.signature for each in changes for shape in find_shapes([each])
    }
    assert [(shape.count, shape.signature) for shape in together] == sorted(
        (shape.count, shape.signature) for shape in together
    )
    assert {path for shape in together for path in shape.paths} == {
        each.path for each in changes if each.before != each.after
    }


@given(CONTENTS, CONTENTS)
@settings(max_examples=150, deadline=None)
def test_passages_put_together_make_the_text_after(before: bytes, after: bytes) -> None:
    lines, made, at = split_lines(before), list[bytes](), 0
    for passage in find_passages(FileChange(path="a.py", before=before, after=after)):
        hunk = passage.hunk
        start = hunk.before_start - (hunk.before_count > 0)
        old = [line.content for line in hunk.lines if line.kind != "added"]
        new = [line.content for line in hunk.lines if line.kind != "removed"]
        head = next(index for index, line in enumerate(hunk.lines) if line.kind != "context")

        assert lines[start : start + hunk.before_count] == old
        assert split_lines(after)[hunk.after_start - (hunk.after_count > 0) :][: hunk.after_count] == new

        made += [*lines[at : start + head], *passage.added]
        at = start + head + len(passage.removed)

    assert b"".join([*made, *lines[at:]]) == after


@given(st.text(alphabet="ab.,()[]'\"\\\n #=1fr*-", max_size=80))
@settings(max_examples=200, deadline=None)
def test_any_fragment_is_cut_and_nothing_of_it_is_lost(text: str) -> None:
    blank = str.maketrans("", "", " \n,\\")

    assert "".join(piece for _, piece in tokenise(text)).translate(blank) == text.translate(blank)


def test_blanks_at_the_end_are_looked_at_once() -> None:
    # Else the time for them grows with their square.
    assert [found.end() for found in _TOKEN.finditer(" " * 9)][:1] == [9]


@given(st.from_regex(r"[a-z_]{1,8}", fullmatch=True), st.from_regex(r"[a-z_]{1,8}", fullmatch=True))
@settings(max_examples=40, deadline=None)
def test_the_names_around_do_not_matter(name: str, other: str) -> None:
    before, after = f"v_{name} = w_{other}(pytz.UTC)\n", f"v_{name} = w_{other}(timezone.utc)\n"

    assert told(before, after) == {("pytz.UTC", "timezone.utc")}


@pytest.mark.parametrize(
    ("before", "after", "count"),
    [
        (b"x" * 1_000_000, b"y" * 1_000_000, 1),
        (b"(" * 1_000_000, b"[" * 1_000_000, 1),
        (b"f(a)\n" * 20_000, b"g(a)\n" * 20_000, 20_000),
        (b"f(a)\n" * 20_000, b"g(a)\n" * 19_999, 1),
        (b"((f" * 5_000, b"))g" * 5_000, 1),
        (b"a," * 8_000, b"b,a," * 4_000, 1),
        (b"\\\n" * 2_000 + b"a", b"\\\n" * 2_000 + b"b", 1),
        (b"'" * 5_000, b'"' * 5_000, 1),
        (b"f(" * 190 + b"x" + b")" * 190, b"g(" * 190 + b"x, y" + b")" * 190, 1),
    ],
    ids=["line", "brackets", "equal-lines", "one-less", "nested", "items", "continued", "quotes", "deep"],
)
def test_hostile_input_is_bounded(before: bytes, after: bytes, count: int) -> None:
    (shape,) = find_shapes([FileChange(path="a.py", before=before, after=after)])

    assert shape.count == count
    assert max(len(shape.before), len(shape.after)) <= 1000


def test_long_passages_that_differ_are_different_shapes() -> None:
    long = "x" * 20_000

    assert len(shapes((f"{long}\n", f"{long}1\n"), (f"{long}\n", f"{long}2\n"))) == 2


def test_what_is_told_is_safe_to_show() -> None:
    (shape,) = shapes(("x = f('\x1b[2J')\n", "x = g('\u202e\x00\x1b')\n"))

    assert shape.before.isprintable()
    assert shape.after.isprintable()
    assert all(text.isprintable() for _, examples in shape.varying for text in examples)


def test_source_cannot_forge_a_placeholder() -> None:
    found = told("x = f(\0000\000)\n", "x = f(\0001\000)\n")

    assert found == {("\ufffd0\ufffd", "\ufffd1\ufffd")}


def test_a_file_is_read_in_its_own_encoding() -> None:
    latin = FileChange(
        path="a.py",
        before="# coding: latin-1\nx = é.old\n".encode("latin-1"),
        after="# coding: latin-1\nx = é.new\n".encode("latin-1"),
    )

    assert [shape.varying for shape in find_shapes([latin])] == [(("A1", ("é",)),)]


def test_every_change_comes_with_its_own_lines() -> None:
    found = list(find_changes([change("a = old(1)\nkeep\nb = pytz.UTC\n", "a = new(1)\nkeep\nb = timezone.utc\n")]))

    assert [[line.content for line in each.hunk.lines if line.kind == "added"] for each in found] == [
        [b"a = new(1)\n"],
        [b"b = timezone.utc\n"],
    ]


def test_a_hunk_is_split_where_lines_are_equal() -> None:
    (hunk,) = find_hunks(change("1\n2\n3\n4\n", "x\n2\n3\ny\nz\n"))

    parts = split_hunk(hunk)

    assert [(part.before_start, part.before_count, part.after_start, part.after_count) for part in parts] == [
        (1, 3, 1, 3),
        (2, 3, 2, 4),
    ]
