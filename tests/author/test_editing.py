"""What `edit` carries over from one version of a script to the next."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from autotransform.author.model_author import _given, _joined
from autotransform.author.values import LONGEST_REQUEST
from autotransform.cli import refining
from autotransform.errors import NeedsAttention
from autotransform.script import Case, parse
from autotransform.script.header import write_header
from autotransform.script.model import Provenance
from tests.author.shop import GOOD

if TYPE_CHECKING:
    from pathlib import Path


def test_given_cases_are_numbered_on_and_stay() -> None:
    case = '    {"name": "given, number 1", "before": "a\\n"},\n'
    script = parse(GOOD.replace("CASES = [\n", f"CASES = [\n{case}"), name="x")
    new = (Case(name="given, number 1", before="b\n", after="c\n"), Case(name="given, number 2", before="a\n"))

    assert [(each.name, each.before) for each in _given(script, new)] == [
        ("given, number 1", "a\n"),
        ("given, number 2", "b\n"),
    ]


@pytest.mark.parametrize("wish", ["x", "x" * LONGEST_REQUEST, "é" * LONGEST_REQUEST])
def test_what_was_asked_for_fits_into_a_header_however_often_it_is_asked(wish: str) -> None:
    asked = "first"
    for _ in range(5):
        asked = _joined(asked, wish)

    assert wish in asked
    assert len(asked) <= LONGEST_REQUEST + len(" …\nThen: ")
    parse(write_header(Provenance(request=asked)) + GOOD, name="x")


def test_a_script_that_was_saved_meanwhile_is_not_written_over(tmp_path: Path) -> None:
    path = tmp_path / "x.py"
    path.write_text("mine\n")

    with pytest.raises(NeedsAttention) as caught:
        refining._replace(path, "new\n", before=b"old\n", spare=lambda: tmp_path / "spare.py")

    assert path.read_text() == "mine\n"
    assert "spare.py" in caught.value.details[0]


@pytest.mark.parametrize(("before", "after"), [(b"a\r\nb\r\n", b"new\r\nline\r\n"), (b"a\n", b"new\nline\n")])
def test_a_script_keeps_its_line_ends_and_its_mode(tmp_path: Path, before: bytes, after: bytes) -> None:
    path = tmp_path / "x.py"
    path.write_bytes(before)
    path.chmod(0o755)
    refining._replace(path, "new\nline\n", before=before, spare=lambda: tmp_path)

    assert path.read_bytes() == after
    assert path.stat().st_mode & 0o777 == 0o755
    assert [each.name for each in tmp_path.iterdir()] == ["x.py"]
