"""``apply --interactive``, at a real terminal: what is asked, what the keys do, and what is remembered."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.cli.terminal import at_a_terminal

if TYPE_CHECKING:
    from tests.cli.conftest import RunCli
    from tests.conftest import GitRepo

NAME, BRANCH = "pytz_utc", "autotransform/pytz_utc"
TWO = "import datetime\n\nimport pytz\n\n\ndef f():\n    return g(pytz.UTC)\n\n\ndef h():\n    return pytz.utc\n"
ONE = "import pytz\n\n\ndef k():\n    return g(pytz.UTC)\n"
ASKED, AGREED = "Make this change?", "Go ahead?"


@pytest.fixture
def repo(git_repo: GitRepo) -> GitRepo:
    """Give a repository in which two files would change, in four shapes."""
    git_repo.commit({"src/one.py": ONE, "src/two.py": TWO})
    return git_repo


def _talk(repo: GitRepo, keys: str, *options: str, editor: str = "", **environment: str) -> tuple[int, str]:
    """Answer one question after the other; a dot stands for yes at the end."""
    answers = [(AGREED, "y") if key == "." else (ASKED, key) for key in keys]
    more = {"GIT_EDITOR": editor} if editor else {}
    code, shown = at_a_terminal(
        "apply", NAME, "-i", *options, cwd=repo.path, answers=answers, environment={**more, **environment}
    )
    return code, re.sub(r"\x1b\[[0-9;]*m", "", shown)


def _kept(repo: GitRepo) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((repo.path / f".git/autotransform/decisions/{NAME}.json").read_bytes())
    return found


def test_a_no_stays_out_now_and_on_every_later_run_until_it_is_dropped(repo: GitRepo, run_cli: RunCli) -> None:
    code, shown = _talk(repo, "?ny.")

    assert code == 0, shown
    assert "4 shapes in 2 files" in shown
    for part in (
        "1 of 2: 1 place in 1 file",
        "- pytz.A1",
        "+ timezone.A1",
        "made by leave_Attribute (line",
        "shown by the case",
    ):
        assert part in shown
    assert "src/two.py, line 11:" in shown
    assert "rule: ``pytz.UTC`` and ``pytz.utc`` become" in shown
    assert "take the last answer back" in shown  # the help
    assert "All is answered; refused: 1 shape." in shown
    assert "1 change stays as it was: refused in review." in shown
    assert "return pytz.utc" in repo.git("show", f"{BRANCH}:src/two.py")
    assert "pytz" not in repo.git("show", f"{BRANCH}:src/one.py")
    assert (len(_kept(repo)["refused"]["shapes"]), _kept(repo)["accepted"]["shapes"]) == (1, [])
    tip = repo.git("rev-parse", BRANCH)

    assert "Publish it:   git push -u origin autotransform/pytz_utc" in shown
    repo.git("remote", "add", "origin", "https://github.com/o/r.git")
    again = run_cli("apply", NAME, cwd=repo.path)
    assert "1 change stays as it was: refused in review. To have all of it: autotransform decisions" in again.stderr
    assert "already up to date" in again.stdout
    assert repo.git("rev-parse", BRANCH) == tip
    assert "Publish it:   autotransform pr pytz_utc" in again.stdout

    listed = run_cli("decisions", NAME, cwd=repo.path)
    assert "refused: 1 shape\n  pytz.A1 → timezone.A1: 1 of 1" in listed.stdout
    assert run_cli("decisions", NAME, "--drop", cwd=repo.path).stdout == "Forgotten.\n"
    assert not (repo.path / f".git/autotransform/decisions/{NAME}.json").exists()


def test_quitting_makes_nothing_and_the_answers_are_there_next_time(repo: GitRepo) -> None:
    state = repo.state()

    code, shown = _talk(repo, "nuyq")

    assert code == 130, shown
    assert "Nothing was made. What you answered is kept" in shown
    assert repo.state() == state
    kept = _kept(repo)
    assert (kept["refused"]["shapes"], len(kept["accepted"]["shapes"])) == ([], 1)

    # Hunk by hunk: the second shape has two places, of which one is refused.
    code, shown = _talk(repo, "hny.")
    assert code == 0, shown
    assert "What was answered earlier is not asked again" in shown
    assert "1 of 1, in one place: 1 place in 1 file" in shown
    assert "return g(pytz.UTC)" in repo.git("show", f"{BRANCH}:src/one.py")
    assert "pytz" not in repo.git("show", f"{BRANCH}:src/two.py")


def test_a_no_becomes_a_case_and_an_edited_script_starts_over_with_what_holds(repo: GitRepo, run_cli: RunCli) -> None:
    editor = """sed -i.before 's/^MENTIONS/# edited\\nMENTIONS/'"""

    code, shown = _talk(repo, "cea.", editor=editor)

    assert code == 0, shown
    assert "a case, which fails until the script leaves such code alone" in shown
    source = (repo.path / f"transforms/{NAME}.py").read_text()
    assert source.count("must stay as it is: src/two.py") == source.count("# edited") == 1
    assert "What was answered earlier is not asked again" in shown
    assert "return pytz.utc" in repo.git("show", f"{BRANCH}:src/two.py")
    tested = run_cli("test", NAME, cwd=repo.path)
    assert (tested.returncode, "FAIL  must stay as it is: src/two.py" in tested.stdout) == (1, True)


@pytest.mark.long
def test_a_branch_that_must_not_be_moved_is_said_before_any_question(repo: GitRepo) -> None:
    repo.git("switch", "--quiet", "--create", BRANCH)
    repo.commit({"more.py": "x = 1\n"})

    code, shown = _talk(repo, "", "--base", "main")

    assert (code, ASKED in shown) == (5, False), shown


@pytest.mark.long
def test_taking_back_an_answer_takes_its_case_back_whatever_its_line_ends(repo: GitRepo) -> None:
    script = repo.path / f"transforms/{NAME}.py"
    script.parent.mkdir()
    source = (Path(__file__).parents[2] / f"transforms/{NAME}.py").read_bytes().replace(b"\n", b"\r\n")
    script.write_bytes(source)
    code, shown = _talk(repo, "cuq")

    assert code == 130, shown
    assert "The case is out of the script again." in shown
    assert source == script.read_bytes()
    assert not (repo.path / f".git/autotransform/decisions/{NAME}.json").exists()


@pytest.mark.long
def test_files_on_disk_outside_git(repo: GitRepo) -> None:
    (repo.path / ".git").rename(repo.path.parent / "away")

    code, shown = _talk(repo, "na.", "--in-place")

    assert code == 0, shown
    assert "return pytz.utc" in (repo.path / "src/two.py").read_text()
    assert "pytz" not in (repo.path / "src/one.py").read_text()


@pytest.mark.long
def test_a_terminal_that_gives_no_single_keys_is_answered_by_lines_and_by_none_typed_ahead(repo: GitRepo) -> None:
    answers = [("", "y\ny\n"), (ASKED, "n\n"), (ASKED, "a\n"), (AGREED, "y\n")]

    code, shown = at_a_terminal(
        "apply", NAME, "--interactive", cwd=repo.path, answers=answers, environment={"TERM": "dumb"}
    )

    assert code == 0, shown
    assert len(_kept(repo)["refused"]["shapes"]) == 1
    assert "return pytz.utc" in repo.git("show", f"{BRANCH}:src/two.py")


def test_an_interrupt_keeps_what_was_answered_and_what_was_typed_ahead_is_no_answer(repo: GitRepo) -> None:
    answers = [("", "yyyy"), (ASKED, "n"), (ASKED, "\x03")]

    code, shown = at_a_terminal("apply", NAME, "-i", cwd=repo.path, answers=answers)

    assert code == 130, shown
    assert "What you answered is kept" in shown
    assert (len(_kept(repo)["refused"]["shapes"]), _kept(repo)["accepted"]["shapes"]) == (1, [])
    assert repo.git("branch", "--list", BRANCH) == ""


@pytest.mark.long
def test_the_end_of_input_keeps_what_was_answered(repo: GitRepo) -> None:
    code, shown = _talk(repo, "n\x04")

    assert code == 130, shown
    assert len(_kept(repo)["refused"]["shapes"]) == 1


def test_nobody_at_a_terminal_is_an_error_that_says_what_to_do(repo: GitRepo, run_cli: RunCli) -> None:
    done = run_cli("apply", NAME, "--interactive", cwd=repo.path)

    assert done.returncode == 2
    assert "nobody is at a terminal" in done.stderr
    assert "Leave it out" in done.stderr
    assert repo.git("branch", "--list", BRANCH) == ""


@pytest.mark.long
def test_answers_that_cannot_be_read_stop_every_run_and_say_how_to_go_on(repo: GitRepo, run_cli: RunCli) -> None:
    repo.write(f".git/autotransform/decisions/{NAME}.json", "{")

    done = run_cli("apply", NAME, cwd=repo.path)

    assert done.returncode == 5
    assert f"autotransform decisions {NAME} --drop" in done.stderr
    assert run_cli("decisions", NAME, "--drop", cwd=repo.path).returncode == 0
    assert "Nothing was answered" in run_cli("decisions", NAME, cwd=repo.path).stdout
