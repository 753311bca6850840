"""Imports that go back, stay or go, by what is missed or idle without what was refused."""

from __future__ import annotations

import pytest

from autotransform.engine import Breach
from autotransform.review import FileChange
from autotransform.review.decisions import Decisions, find_units
from autotransform.review.mending import choose, mend_imports, write_chosen


def missed(name: str) -> Breach:
    return Breach(line=1, kind="undefined", message=f"the name {name} is defined nowhere")


def idle(name: str) -> Breach:
    return Breach(line=1, kind="unused", message=f"the import of {name} is not used")


@pytest.mark.parametrize(
    ("before", "after", "breaches", "expected"),
    [
        (b"import a\n", b"import b\n", [missed("a")], b"import a\nimport b\n"),
        (b"import a\n", b"import b\n", [missed("a"), idle("b")], b"import a\n"),
        (b"import a\nimport b\n", b"import c\nimport d\n", [idle("c")], b"import d\n"),
        (b"import a\n\nimport b\n", b"", [missed("b")], b"import b\n"),
        (b"import a\n\nimport b\n", b"", [missed("a")], b"import a\n\n"),
        (b"import a\n", b"\n", [missed("a")], b"import a\n"),
        (b"import a", b"import b\n", [missed("a")], b"import a"),
        (b"import a\r\n", b"import b\r\n", [missed("a")], b"import a\r\nimport b\r\n"),
        (
            b"from x import (\n    a,\n    b,\n)\n",
            b"from x import (\n    b,\n)\n",
            [missed("a")],
            b"from x import (\n    a,\n    b,\n)\n",
        ),
        (b"import a\nx = a.b\n", b"x = c\n", [missed("a")], b"import a\nx = c\n"),
        (
            b"from x import a, b as c\n",
            b"from x import b as c\n",
            [missed("a"), idle("c")],
            b"from x import a, b as c\n",
        ),
        (b"import a.b\n", b"import c\n", [missed("a")], b"import a.b\nimport c\n"),
        (b"import a  # for b\n", b"", [missed("b")], None),
        (b"import a\n", b"import b\n", [missed("z")], None),
        (b"a = 1\n", b"", [missed("a")], None),
    ],
)
def test_what_stands_there_in_the_end(
    before: bytes, after: bytes, breaches: list[Breach], expected: bytes | None
) -> None:
    units = find_units(FileChange(path="a.py", before=before, after=after))

    mended = mend_imports(choose(units, Decisions()), breaches)

    assert (write_chosen(before, mended) if mended else None) == expected


def test_what_is_refused_is_never_mended() -> None:
    before, after = b"import a\n", b"import b\n"
    units = find_units(FileChange(path="a.py", before=before, after=after))
    refused = choose(units, Decisions(files=frozenset({"a.py"})))

    assert write_chosen(before, refused) == before
    assert mend_imports(refused, [missed("b"), idle("a")]) is None
