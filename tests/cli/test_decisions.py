"""``autotransform decisions --write``: what one person refused holds for everybody once it is committed."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING

import pytest

from autotransform.publish.decisions.answers import Answers, save_answers
from autotransform.repository import Repository
from autotransform.review.decisions import Decisions

if TYPE_CHECKING:
    from pathlib import Path

    from tests.cli.conftest import RunCli
    from tests.conftest import GitRepo

NAME, BRANCH = "pytz_utc", "autotransform/pytz_utc"
PATH = f".autotransform/decisions/{NAME}.json"
USE = "import pytz\n\nx = pytz.UTC\n"


def _refuse(repo: Path, *paths: str) -> None:
    """Keep the answer that a person gave in an earlier run."""
    save_answers(Repository.open(repo), NAME, Answers(refused=Decisions(files=frozenset(paths))))


def test_what_is_written_and_committed_is_left_out_where_nobody_answered_anything(
    git_repo: GitRepo, run_cli: RunCli
) -> None:
    git_repo.commit({"a.py": USE, "b.py": USE, "c.py": USE})
    _refuse(git_repo.path, "a.py")
    written = run_cli("decisions", NAME, "--write", cwd=git_repo.path)
    assert f"Wrote {PATH}, which refuses 1 file." in written.stdout
    git_repo.git("add", PATH)
    git_repo.git("commit", "--quiet", "--message", "Leave a.py alone")

    # As in CI: nothing of git's own folder is there.
    shutil.rmtree(git_repo.path / ".git/autotransform")
    done = run_cli("apply", NAME, cwd=git_repo.path)
    assert (
        f"3 changes stay as they were: refused in {PATH}. To have all of it, take that out of the file." in done.stderr
    )
    assert git_repo.git("diff", "--name-only", "main", BRANCH, "--", "*.py").split() == [
        "b.py",
        "c.py",
        f"transforms/{NAME}.py",
    ]

    # The record alone proves it, even of a commit whose file says something else.
    git_repo.commit({PATH: "{"})
    assert run_cli("verify", BRANCH, cwd=git_repo.path).returncode == 0
    broken = run_cli("apply", NAME, cwd=git_repo.path)
    assert (broken.returncode, f"error: {PATH} at {git_repo.head[:10]} says what is refused" in broken.stderr) == (
        2,
        True,
    )


@pytest.mark.long
def test_a_second_person_adds_to_it_and_dropping_says_that_it_stays(git_repo: GitRepo, run_cli: RunCli) -> None:
    git_repo.commit({"a.py": USE, "b.py": USE})
    assert "no file was written" in run_cli("decisions", NAME, "--write", cwd=git_repo.path).stdout
    for path in ("b.py", "a.py"):
        _refuse(git_repo.path, path)
        assert "Wrote" in run_cli("decisions", NAME, "--write", cwd=git_repo.path).stdout
    assert json.loads((git_repo.path / PATH).read_bytes())["refused"]["files"] == ["a.py", "b.py"]
    assert "says all of it already" in run_cli("decisions", NAME, "--write", cwd=git_repo.path).stdout

    # Only on disk so far: a run on the commit knows this clone's alone.
    assert "3 changes stay as they were: refused in review." in run_cli("preview", NAME, cwd=git_repo.path).stderr
    in_place = run_cli("preview", NAME, "--in-place", cwd=git_repo.path).stderr
    assert f"6 changes stay as they were: refused in {PATH}." in in_place
    git_repo.git("add", PATH)
    _refuse(git_repo.path, "a.py", "b.py")
    assert f"refused in {PATH}." in run_cli("preview", NAME, "--index", cwd=git_repo.path).stderr

    dropped = run_cli("decisions", NAME, "--drop", cwd=git_repo.path)
    assert (dropped.stdout, f"{PATH} stays:" in dropped.stderr) == ("Forgotten.\n", True)
    git_repo.git("commit", "--quiet", "--message", "Leave them alone")
    listed = run_cli("decisions", NAME, cwd=git_repo.path).stdout.splitlines()
    assert listed[0] == "refused for everybody, in the repository's own file: 2 files"
    assert listed[1:] == ["  a.py: the whole file", "  b.py: the whole file"]

    (git_repo.path / PATH).write_text("{")
    _refuse(git_repo.path, "c.py")
    refused = run_cli("decisions", NAME, "--write", cwd=git_repo.path)
    assert (refused.returncode, (git_repo.path / PATH).read_text()) == (2, "{")
