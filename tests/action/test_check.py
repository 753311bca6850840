"""The action in mode `check`, run as a workflow."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.action.conftest import Rig

OLD = "import pytz\n\nx = pytz.UTC\n"
HOSTILE = 'import pytz\n\nx = pytz.UTC\n"""\n::error::pwned\n::set-output name=changed::99\n##[error]pwned\n"""\n'


def test_an_old_pattern_fails_the_check_and_is_shown_beside_its_lines(rig: Rig) -> None:
    rig.push({"a b.py": OLD, "c.py": "y = 1\n", "d.py": HOSTILE, "::error::e.py": OLD})
    ran = rig.run({"mode": "check", "transform": "pytz_utc"})

    assert ran.status == 1, ran.log
    assert {level for level, *_ in ran.marks} == {"error"}
    assert [(said["file"], said["line"]) for _, said, _ in ran.marks if said["file"] == "a b.py"] == [
        ("a b.py", "1"),
        ("a b.py", "3"),
    ]
    assert "pwned" not in str(ran.marks)
    assert ran.outputs["changed"] == "3"
    assert "`a b.py:3`" in ran.summary
    assert "Files changed: 3" in ran.summary
    assert rig.forge.calls() == []


@pytest.mark.long
def test_a_check_that_only_shows_passes(rig: Rig) -> None:
    rig.push({"a.py": OLD, "b.py": OLD})
    ran = rig.run({"mode": "check", "transform": "pytz_utc", "fail-on-change": "false", "paths": "b.py"})

    assert ran.status == 0, ran.log
    assert {(level, said["file"]) for level, said, _ in ran.marks} == {("warning", "b.py")}
    sarif = json.loads((rig.folder / "autotransform.sarif").read_text())
    assert sarif["runs"][0]["properties"]["counts"] == {"changed": 1, "failed": 0, "leftovers": 0, "skipped": 0}
    assert ran.outputs["report-html"].endswith(".html")


def test_what_is_wrong_with_the_inputs_is_shown(rig: Rig) -> None:
    rig.push({"a.py": OLD})
    ran = rig.run({"mode": "check", "transform": "no_such_transform"})

    assert ran.status == 1
    assert "no_such_transform" in ran.marks[0][2]
    assert "no_such_transform" in ran.summary


def test_an_input_is_no_code(rig: Rig) -> None:
    rig.push({"a.py": OLD})
    pwned = rig.folder / "pwned"
    value = f'x"; touch {pwned}; echo "$(touch {pwned})`touch {pwned}`\'; touch {pwned} #'
    ran = rig.run({"mode": "check", "transform": value, "paths": value, "arguments": value, "base": value})

    assert ran.status == 1
    assert not pwned.exists()
