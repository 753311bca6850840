"""``autotransform apply`` as a person has it: what it says and how it ends."""

from __future__ import annotations

import shlex
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from tests.cli.conftest import RunCli
    from tests.conftest import GitRepo

BRANCH = "autotransform/pytz_utc"
BEFORE, OTHER = "import pytz\n\nnow = f(pytz.UTC)\n", "import pytz\n\nx = pytz.utc\n"


def _checks(condition: str) -> str:
    return shlex.join([sys.executable, "-c", f"assert {condition}"])


@pytest.fixture
def repo(git_repo: GitRepo) -> GitRepo:
    """Give a repository in which two files would change."""
    git_repo.commit({"src/a.py": BEFORE, "tools/b.py": OTHER})
    return git_repo


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (["--in-place", "--signoff"], "nothing is formatted, tested or divided"),
        (["--add-cases"], "goes with --verify"),
        (["--verify-timeout", "5"], "goes with --verify"),
        (["--split-maximum", "5"], "go with --split-by"),
        (["--split-by", "count", "--split-minimum", "5", "--split-maximum", "2"], "at least 5 files and at most 2"),
        (["--formatter", "no-such-formatter"], "There is no program 'no-such-formatter'"),
    ],
)
def test_options_that_cannot_be(repo: GitRepo, run_cli: RunCli, options: list[str], message: str) -> None:
    done = run_cli("apply", "pytz_utc", *options, cwd=repo.path)

    assert (done.returncode, message in done.stderr) == (2, True), done.stderr
    assert repo.git("branch", "--list", f"{BRANCH}*") == ""


def test_what_the_tests_do_not_bear_becomes_a_case(repo: GitRepo, run_cli: RunCli) -> None:
    command = _checks("'pytz' in open('src/a.py').read()")

    done = run_cli("apply", "pytz_utc", "--verify", command, "--add-cases", cwd=repo.path)

    assert done.returncode == 0, done.stderr
    assert "src/a.py stays as it is: the project's own tests fail with its change" in done.stderr
    assert "Added to transforms/pytz_utc.py: a case, which fails until it leaves such code alone." in done.stdout
    assert f"Branch {BRANCH} made: " in done.stdout
    assert repo.git("diff", "--name-only", "main", BRANCH).split() == ["tools/b.py", "transforms/pytz_utc.py"]
    tested = run_cli("test", "pytz_utc", cwd=repo.path)
    assert tested.returncode == 1
    assert "FAIL  the project's tests fail where this changes: src/a.py" in tested.stdout


def test_where_the_tests_bear_nothing(repo: GitRepo, run_cli: RunCli) -> None:
    command = _checks("'pytz' in open('src/a.py').read() and 'pytz' in open('tools/b.py').read()")

    done = run_cli("apply", "pytz_utc", "--verify", command, "--delete-branch", cwd=repo.path)

    assert done.returncode == 1
    assert "The project's own tests bear no part of the change; no branch was made." in done.stdout
    assert "give --add-cases, too" in done.stderr


def test_the_loop_closes(repo: GitRepo, run_cli: RunCli) -> None:
    made = run_cli("apply", "pytz_utc", "--split-by", "directory", cwd=repo.path)
    repo.git("switch", "--quiet", f"{BRANCH}--src")
    there = run_cli("preview", "pytz_utc", "--stat", cwd=repo.path)
    repo.git("switch", "--quiet", "main")
    tips = [repo.git("rev-parse", "--short=10", f"{BRANCH}--{part}") for part in ("src", "tools")]
    repo.commit({"src/a.py": "x = 1\n"})

    moved = run_cli("apply", "pytz_utc", "--split-by", "directory", "--delete-branch", cwd=repo.path)
    repo.git("merge", "--quiet", "--no-edit", BRANCH)
    told = run_cli("apply", "pytz_utc", cwd=repo.path)

    assert [done.returncode for done in (made, moved, told)] == [0, 0, 0]
    assert f"git push -u origin {BRANCH}--src {BRANCH}--tools" in made.stdout
    # Not what the part has changed already, but where it came from.
    assert "2 files changed" in there.stdout
    for part, tip in zip(("src", "tools"), tips, strict=True):
        why = "No part of the change goes there any more"
        assert (
            f"Branch {BRANCH}--{part} is done. {why}; it was deleted (git branch {BRANCH}--{part} {tip}" in moved.stdout
        )
    assert f"Branch {BRANCH} made: " in moved.stdout
    assert "Nothing to change; no branch was made." in told.stdout
    assert f"Branch {BRANCH} is done. Nothing is left to change; delete it: git branch -D {BRANCH}." in told.stdout


def test_the_configuration_says_how_and_the_command_line_counts_more(repo: GitRepo, run_cli: RunCli) -> None:
    repo.commit({
        "pyproject.toml": '[tool.autotransform]\nformatter = "ruff"\n[tool.autotransform.pull-request]\n'
        'split-by = "directory"\nsignoff = true\n',
        "src/a.py": BEFORE,
    })  # fmt: skip

    run_cli("apply", "pytz_utc", cwd=repo.path)
    run_cli("apply", "pytz_utc", "--split-by", "none", "--no-signoff", "--formatter", "", cwd=repo.path)

    messages = {branch: repo.git("log", "-1", "--format=%B", branch) for branch in (f"{BRANCH}--src", BRANCH)}
    assert [("Signed-off-by: Ada" in text, '"name":"ruff"' in text) for text in messages.values()] == [
        (True, True),
        (False, False),
    ]
