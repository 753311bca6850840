"""What the static check found nothing wrong with is not looked at again; what it did, and what is new, is."""

from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from autotransform.errors import ScriptError
from autotransform.run import checked
from autotransform.run.approvals import Approvals
from autotransform.run.launcher import _idle
from autotransform.run.values import Limits
from autotransform.script import find_problems, parse, require_safe

if TYPE_CHECKING:
    from pathlib import Path

    from autotransform.script import Script

_GOOD = '''"""Nothing."""
from autotransform.codemod import Transform


class Nothing(Transform):
    DESCRIPTION = "Nothing."

    def leave_Name(self, original_node, updated_node):
        return updated_node
'''
_HEADER = '# /// script\n# dependencies = ["libcst"]\n#\n# [tool.autotransform]\n# format = 1\n# model = "m"\n# ///\n'
_BAD = _GOOD.replace('"""\n', '"""\nimport os\n', 1)


@pytest.fixture
def asked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Give the digests of the scripts that were really checked; the user has no state yet."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    digests: list[str] = []

    def note(script: Script, *, limits: Limits) -> object:
        del limits
        digests.append(script.digest)
        return find_problems(script)

    monkeypatch.setattr(checked, "_find_problems", note)
    return digests


def test_a_script_is_checked_once(asked: list[str]) -> None:
    script, other = (parse(text, name="good") for text in (_GOOD, _GOOD + "# other\n"))

    assert [checked.require_checked(each) for each in (script, script, other, script)] == [(), (), (), ()]
    assert asked == [script.digest, other.digest]


def test_what_is_wrong_is_said_every_time_and_looked_for_once(asked: list[str]) -> None:
    script = parse(_BAD, name="bad")
    problems = checked.require_checked(script)

    assert [problem.code for problem in problems] == ["forbidden-import"]
    assert checked.require_checked(script) == problems == require_safe(script)
    assert len(asked) == 1


def test_of_what_there_is_much_to_say_nothing_is_kept(asked: list[str]) -> None:
    script = parse(_GOOD.replace('"""\n', '"""\n' + "import os\n" * 100, 1), name="bad")
    problems = checked.require_checked(script)

    assert checked.require_checked(script) == problems
    assert len(asked) == 2


@pytest.mark.parametrize("said", ["", "[", "1", "[1]", "[[1, 2]]"])
def test_what_was_kept_and_is_none_of_it_is_not_believed(said: str, asked: list[str]) -> None:
    script = parse(_BAD, name="bad")
    problems = checked.require_checked(script)
    (Approvals().folder / "checked").write_text(f"{checked._key(script)} {said}\n")

    assert checked.require_checked(script) == problems
    assert len(asked) == 2


def test_what_a_model_wrote_is_refused_every_time(asked: list[str]) -> None:
    script = parse(_HEADER + _BAD, name="bad")
    for _ in range(2):
        with pytest.raises(ScriptError, match="refuses"):
            checked.require_checked(script)

    assert len(asked) == 2


@pytest.mark.usefixtures("asked")
def test_another_version_of_libcst_or_of_ours_asks_again(monkeypatch: pytest.MonkeyPatch) -> None:
    script = parse(_GOOD, name="good")
    before = checked._key(script)
    monkeypatch.setattr(checked, "fingerprint", lambda: "another")

    assert checked._key(script) != before


def test_a_state_that_others_can_write_to_is_not_believed(asked: list[str]) -> None:
    script = parse(_GOOD, name="good")
    checked.require_checked(script)
    folder = Approvals().folder
    folder.chmod(0o777)

    assert checked.require_checked(script) == ()
    assert len(asked) == 2


def test_a_child_of_the_launcher_that_the_run_takes_says_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    scripts = [parse(text, name="checked") for text in (_GOOD, _BAD, _BAD + "\nimport libcst.matchers as m\nm.Nam()\n")]
    found = [checked.require_checked(script, limits=Limits(timeout=0.001, memory=1999)) for script in scripts]
    kept = [launcher.settings for launcher in _idle.values()]

    assert found == [find_problems(script) for script in scripts]
    assert [1999 in settings for settings in kept].count(True) == 1


_PROGRAM = """
import sys
from autotransform.run.checked import require_checked
from autotransform.script import parse

require_checked(parse(sys.argv[1], name="checked"))
print([name for name in sys.modules if name.startswith("libcst")])
"""


def test_who_asks_loads_no_libcst(tmp_path: Path) -> None:
    environment = {"XDG_STATE_HOME": str(tmp_path / "state")}
    words = [sys.executable, "-c", _PROGRAM, _GOOD]
    done = subprocess.run(words, env=environment, capture_output=True, text=True, check=True)

    assert done.stdout == "[]\n"


def test_only_so_many_are_remembered(asked: list[str]) -> None:
    script = parse(_GOOD, name="good")
    checked.require_checked(script)
    file = Approvals().folder / "checked"
    file.write_text("".join(f"{number}\n" for number in range(600)))
    checked.require_checked(script)

    lines = [line.split()[0] for line in file.read_text().splitlines()]
    assert (len(lines), lines[0], len(asked)) == (500, "101", 2)
    assert file.stat().st_mode & 0o077 == 0
