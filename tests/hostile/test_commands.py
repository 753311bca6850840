"""What the commands themselves do with what a repository holds: they read so much, write nowhere else, show it all."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest

from autotransform.script import Provenance
from autotransform.script.header import read_header
from tests.cli.terminal import at_a_terminal
from tests.hostile.conftest import SCRIPT, run_python

if TYPE_CHECKING:
    from pathlib import Path

    from tests.hostile.conftest import Hostile

#: What grows with the square of the text takes longer than this on any machine.
pytestmark = pytest.mark.timeout(120)

KEY = "sk-a-key-of-some-length"


def test_a_configuration_larger_than_the_memory(hostile: Hostile) -> None:
    with (hostile.path / "pyproject.toml").open("wb") as file:
        file.truncate(1 << 40)

    answer = hostile.run("list")

    assert answer.code == 2
    assert "is too long" in answer.err


class TestLinks:
    """A link in the repository is not a way to write, or to open, what is none of it."""

    def test_init_writes_through_none(self, hostile: Hostile) -> None:
        theirs = hostile.outside / "pyproject.toml"
        theirs.write_text("[project]\n")
        (hostile.path / "pyproject.toml").symlink_to(theirs)

        answer = hostile.run("init")

        assert answer.code == 2
        assert "pyproject.toml is a link" in answer.err
        assert theirs.read_text() == "[project]\n"
        assert not (hostile.path / "transforms/README.md").exists()

    @pytest.mark.parametrize("link", ["transforms", "transforms/README.md", "tools"])
    def test_init_makes_nothing_behind_one(self, hostile: Hostile, link: str) -> None:
        folder = {"transforms": "transforms", "transforms/README.md": "transforms", "tools": "tools/transforms"}[link]
        hostile.repo.write("pyproject.toml", f'[tool.autotransform]\ntransforms = "{folder}"\n')
        (hostile.path / "transforms/new_for_old.py").unlink()
        (hostile.path / "transforms").rmdir()
        (hostile.path / link).parent.mkdir(exist_ok=True)
        (hostile.path / link).symlink_to(hostile.path / ".git" if link == "tools" else hostile.outside / "made")
        before = sorted(hostile.path.joinpath(".git").iterdir())

        answer = hostile.run("init")

        assert answer.code == 2
        assert "is a link" in answer.err or "outside the repository" in answer.err
        assert [*hostile.outside.iterdir()] == []
        assert sorted(hostile.path.joinpath(".git").iterdir()) == before

    def test_a_link_to_itself_is_told(self, hostile: Hostile) -> None:
        hostile.repo.write("pyproject.toml", '[tool.autotransform]\ntransforms = "loop"\n')
        (hostile.path / "loop").symlink_to("loop")

        answer = hostile.run("init")

        assert answer.code == 2
        assert "loop is no folder" in answer.err

    @pytest.mark.parametrize("folder", ["names.py", "names.py/transforms", "nothing"])
    def test_a_folder_that_is_none_is_told(self, hostile: Hostile, folder: str) -> None:
        hostile.repo.commit({"pyproject.toml": f'[tool.autotransform]\ntransforms = "{folder}"\n'})
        (hostile.path / "nothing").symlink_to("missing")

        for command in (("init",), ("new", "rename the function names.old_name to a"), ("edit", "pytz_utc")):
            answer = hostile.run(*command, GIT_EDITOR=hostile.trap("editor"))

            assert answer.code == 2, answer.said
            assert " is no folder" in answer.err

    def test_a_configuration_that_is_no_file_is_told(self, hostile: Hostile) -> None:
        os.mkfifo(hostile.path / "pyproject.toml")

        answer = hostile.run("init", timeout=20)

        assert answer.code == 2
        assert "pyproject.toml is no file" in answer.err
        assert not (hostile.path / "transforms/README.md").exists()

    def test_a_name_that_a_link_to_nothing_takes_is_taken(self, hostile: Hostile) -> None:
        (hostile.path / "transforms/taken.py").symlink_to(hostile.outside / "made.py")

        answer = hostile.run("new", "rename the function names.old_name to a", "--name", "taken", timeout=20)

        assert answer.code == 2
        assert "There is a transform 'taken' already" in answer.err
        assert [*hostile.outside.iterdir()] == []

    @pytest.mark.parametrize("typed", ["secret", "transforms/secret.py"])
    def test_edit_opens_nothing_behind_one(self, hostile: Hostile, typed: str) -> None:
        theirs = hostile.outside / "secret.py"
        theirs.write_text(SCRIPT)
        (hostile.path / "transforms/secret.py").symlink_to(theirs)

        answer = hostile.run("edit", typed, GIT_EDITOR=hostile.trap("editor"))

        assert answer.code == 3
        assert "leads out of the repository" in answer.err
        assert hostile.sprung() == []

    def test_edit_copies_nothing_through_one(self, hostile: Hostile) -> None:
        (hostile.path / "transforms/pytz_utc.py").symlink_to(hostile.outside / "made.py")

        answer = hostile.run("edit", "pytz_utc", GIT_EDITOR=hostile.trap("editor"))

        assert answer.code == 3
        assert "leads out of the repository" in answer.err
        assert [path.name for path in hostile.outside.iterdir()] == ["traps"]

    def test_edit_follows_one_within_the_tree(self, hostile: Hostile) -> None:
        (hostile.path / "transforms/again.py").symlink_to("new_for_old.py")

        answer = hostile.run("edit", "again", GIT_EDITOR=hostile.trap("editor"))

        assert answer.code == 0, answer.said
        assert hostile.sprung() == ["editor"]


@pytest.mark.long
@pytest.mark.skipif(sys.platform == "win32", reason="there are no pseudo-terminals")
@pytest.mark.parametrize("name", ["[/x]", "[blink]", ":boom:"])
def test_what_is_going_on_is_shown_as_it_is(hostile: Hostile, name: str) -> None:
    table = f'[tool.autotransform.model]\nname = "{name}"\nbase-url = "http://127.0.0.1:1/v1"\n'
    hostile.repo.commit({"pyproject.toml": table})

    code, shown = at_a_terminal("new", "do something unusual", cwd=hostile.path)

    assert code == 4, shown
    assert name in shown.partition("error:")[0]


def test_what_nobody_expected_steers_no_terminal_and_no_workflow(hostile: Hostile) -> None:
    raising = 'ValueError("\\x1b[2J\\r\\n::stop-commands::x\\n##[error]x \\u202e")'
    answer = run_python(
        "-c",
        f"from autotransform.cli.crash import report_crash; raise SystemExit(report_crash({raising}))",
        cwd=hostile.path,
        GITHUB_ACTIONS="true",
    )

    assert (answer.code, answer.unprintable) == (70, set())
    assert "<U+001B>[2J" in answer.err
    assert "\n::" not in answer.err
    assert "##[" not in answer.err


class TestDoctor:
    """What the doctor says of the model is what `new` would say."""

    def test_an_endpoint_that_gets_no_key_is_not_ok(self, hostile: Hostile) -> None:
        table = '[tool.autotransform.model]\nname = "m"\nbase-url = "https://u:hunter2@evil.invalid/v1"\n'
        hostile.repo.commit({"pyproject.toml": table})

        answer = hostile.run("doctor", OPENAI_API_KEY=KEY, OPENAI_BASE_URL="")

        assert answer.code == 1
        assert "missing  model m: " in answer.out
        assert "your OPENAI_API_KEY is not sent" in answer.out
        assert "export OPENAI_BASE_URL=https://evil.invalid/v1" in answer.out
        assert KEY not in answer.said
        assert "hunter2" not in answer.said

    @pytest.mark.parametrize("key", [KEY, ""])
    def test_a_password_in_an_address_is_not_shown(self, hostile: Hostile, key: str) -> None:
        hostile.repo.commit({"pyproject.toml": '[tool.autotransform]\nmodel = "m"\n'})
        url = "https://u:hunter2@mine.invalid/v1?token=hunter3"

        answer = hostile.run("doctor", OPENAI_API_KEY=key, OPENAI_BASE_URL=url)

        assert "model m at https://mine.invalid/v1" in answer.out
        assert "hunter" not in answer.said

    def test_an_address_that_is_none(self, hostile: Hostile) -> None:
        hostile.repo.commit({"pyproject.toml": '[tool.autotransform]\nmodel = "m"\n'})

        answer = hostile.run("doctor", OPENAI_API_KEY=KEY, OPENAI_BASE_URL="http://[hunter2")

        assert answer.code == 1
        assert "missing  model m: The address of the model is not one" in answer.out
        assert "hunter2" not in answer.said


_HEADERS = {
    "nested": "a = " + "[" * 5_000,
    "nested tables": "a = " + "{a=" * 4_000,
    "a number without end": "a = " + "9" * 5_000,
    "a number that cannot be shown": "[tool.autotransform]\nformat = 0x" + "f" * 5_000,
    "a value that cannot be shown": "[tool.autotransform]\nformat" + ".a" * 5_000 + " = 1",
    "a key without end": "a" + ".a" * 40_000 + " = 1",
    "a table without end": "[a" + ".a" * 40_000 + "]",
    "a tool that is none": "tool = 1",
    "many unknown keys": "[tool.autotransform]\n" + "".join(f"k{number} = 1\n" for number in range(1_800)),
    "a date": "[tool.autotransform]\ngenerated = 0000-00-00T00:00:00Z",
    "blocks": "/// script\n" * 15_000,
}


def _headed(content: str) -> str:
    commented = "".join(f"# {line}\n" for line in content.splitlines())
    return f"# /// script\n{commented}# ///\n{SCRIPT}"


@pytest.mark.parametrize("content", _HEADERS.values(), ids=_HEADERS)
def test_a_header_that_nobody_can_have_written_is_told_in_no_time(content: str) -> None:
    problems = read_header(_headed(content)).problems

    assert 1 <= len(problems) <= 21
    assert max(len(str(problem)) for problem in problems) < 300


def test_blocks_that_never_end_are_not_looked_for_one_by_one() -> None:
    header = read_header("# /// script\n" * 15_000)

    assert [problem.message for problem in header.problems] == ["there are too many script blocks"]


@pytest.mark.parametrize("size", [100, 15_000])
def test_a_header_that_somebody_may_have_written_is_read(size: int) -> None:
    header = read_header(_headed(f'[tool.autotransform]\nformat = 1\nrequest = "{"x" * size}"'))

    assert header.problems == ()
    assert header.provenance == Provenance(request="x" * size)


def test_such_headers_cost_their_own_scripts_alone(hostile: Hostile) -> None:
    for number, content in enumerate(_HEADERS.values()):
        hostile.repo.write(f"transforms/bad_{number}.py", _headed(content))

    answer = hostile.run("list")

    assert answer.code == 0, answer.err
    assert "new_for_old" in answer.out
    assert len(answer.said) < 20_000
    assert answer.said.count("cannot be read") == len(_HEADERS)


def test_a_request_that_no_header_can_hold_is_refused(hostile: Hostile) -> None:
    answer = hostile.run("new", "rename " + "x" * 25_000, "--model", "m", OPENAI_BASE_URL="http://127.0.0.1:1/v1")

    assert answer.code == 2
    assert "The request is too long" in answer.err
    assert len(answer.said) < 1_000


def _write_fields(path: Path, count: int) -> None:
    path.write_text("old_name = f'" + "{x}" * count + "'\n")


def test_a_file_that_takes_python_hours_to_parse_is_no_ground_for_a_recipe(hostile: Hostile) -> None:
    _write_fields(hostile.path / "fields.py", 200_000)
    hostile.repo.commit()

    answer = hostile.run("new", "rename the function names.old_name to new_name")

    assert answer.code == 0, answer.said
