"""Temporary working trees: outside, exact, and gone whatever happens."""

from __future__ import annotations

import signal
import subprocess
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from autotransform.errors import RepositoryError
from autotransform.repository import Repository

if TYPE_CHECKING:
    from tests.conftest import GitRepo

_HOLD = """
import sys
from pathlib import Path
from autotransform.repository import Repository
repository = Repository.open(Path(sys.argv[1]))
with repository.temporary_worktree(repository.resolve("HEAD")) as worktree:
    print(worktree.path, flush=True)
    sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the folder in which temporary ones are made, here and in the processes of a test."""
    path = tmp_path / "temporary"
    path.mkdir()
    monkeypatch.setenv("TMPDIR", str(path))
    monkeypatch.setattr(tempfile, "tempdir", None)
    return path


def worktrees_of(repo: GitRepo) -> int:
    return repo.git("worktree", "list", "--porcelain").count("worktree ")


def start(repo: GitRepo) -> tuple[subprocess.Popen[str], Path]:
    """Let another process hold a working tree; until its input ends, or it is killed."""
    process = subprocess.Popen(
        [sys.executable, "-c", _HOLD, str(repo.path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    return process, Path(process.stdout.readline().strip())


def test_it_holds_the_commit_and_touches_nothing(git_repo: GitRepo, temporary: Path) -> None:
    commit = git_repo.commit({"a.py": "x = 1\n", "b/run.sh": "#!/bin/sh\n", ".gitignore": "*.tmp\n"})
    git_repo.write("a.py", "dirty\n")
    before = git_repo.state()
    with Repository.open(git_repo.path).temporary_worktree(commit) as worktree:
        assert (worktree.path / "a.py").read_text() == "x = 1\n"
        assert worktree.path.is_relative_to(temporary)
        assert not worktree.path.is_relative_to(git_repo.path)
        assert git_repo.state() == before

    assert (git_repo.state(), worktrees_of(git_repo), [*temporary.iterdir()]) == (before, 1, [])


def test_no_hook_runs(git_repo: GitRepo, tmp_path: Path) -> None:
    commit = git_repo.commit({"a.py": ""})
    hook = git_repo.write(".git/hooks/post-checkout", f"#!/bin/sh\ntouch {tmp_path}/ran\n", mode=0o755)
    with Repository.open(git_repo.path).temporary_worktree(commit):
        pass

    assert hook.exists()
    assert not (tmp_path / "ran").exists()


def test_each_tree_is_shown_as_it_is_whatever_was_left(git_repo: GitRepo) -> None:
    commit = git_repo.commit({"a.py": "x = 1\n", "c.py": "", ".gitignore": "*.pyc\n"})
    repository = Repository.open(git_repo.path)
    tree = repository.write_tree(commit, files={"a.py": b"x = 2\n"})
    with repository.temporary_worktree(commit) as worktree:
        path = worktree.path
        (path / "a.py").write_text("x = 3\n")
        (path / "c.py").unlink()
        for name in ("left.txt", "ignored.pyc", "locked/deep/file"):
            (path / name).parent.mkdir(parents=True, exist_ok=True)
            (path / name).write_text("")
        subprocess.run(["git", "init", "-q", str(path / "inner")], check=True)
        (path / "locked/deep").chmod(0o500)
        worktree.show(tree)

        assert sorted(each.name for each in path.iterdir()) == [".git", ".gitignore", "a.py", "c.py"]
        assert (path / "a.py").read_text() == "x = 2\n"
        worktree.show(commit)
        assert (path / "a.py").read_text() == "x = 1\n"


def test_it_is_gone_after_an_error_and_after_it_was_destroyed(git_repo: GitRepo, temporary: Path) -> None:
    commit = git_repo.commit({"a.py": ""})

    def destroy() -> None:
        with Repository.open(git_repo.path).temporary_worktree(commit) as worktree:
            (worktree.path / ".git").unlink()
            (worktree.path / "link").symlink_to(git_repo.path)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        destroy()

    assert (worktrees_of(git_repo), [*temporary.iterdir()]) == (1, [])
    assert (git_repo.path / "a.py").exists()


@pytest.mark.parametrize("mode", ["--cone", "--no-cone"])
def test_all_of_the_commit_is_there_where_the_working_tree_is_sparse(git_repo: GitRepo, mode: str) -> None:
    commit = git_repo.commit({"a/x.py": "1\n", "b/y.py": "1\n"})
    git_repo.git("sparse-checkout", "set", mode, "a")
    repository = Repository.open(git_repo.path)
    tree = repository.write_tree(commit, files={"b/y.py": b"2\n"})
    with repository.temporary_worktree(commit) as worktree:
        assert (worktree.path / "b/y.py").read_text() == "1\n"
        worktree.show(tree)
        assert (worktree.path / "b/y.py").read_text() == "2\n"

    assert not (git_repo.path / "b").exists()


def test_two_at_a_time(git_repo: GitRepo) -> None:
    commit = git_repo.commit({"a.py": ""})
    repository = Repository.open(git_repo.path)
    with ExitStack() as stack:
        first, second = (stack.enter_context(repository.temporary_worktree(commit)) for _ in range(2))

        assert (first.path / "a.py").exists()
        assert (second.path / "a.py").exists()


def test_what_a_crash_leaves_is_cleared_by_the_next_and_what_is_in_use_is_not(
    git_repo: GitRepo, temporary: Path
) -> None:
    commit = git_repo.commit({"a.py": ""})
    crashed, left = start(git_repo)
    running, used = start(git_repo)
    try:
        with crashed:
            crashed.send_signal(signal.SIGKILL)
        assert left.exists()
        with Repository.open(git_repo.path).temporary_worktree(commit):
            assert (left.exists(), used.exists()) == (False, True)
        assert worktrees_of(git_repo) == 2
    finally:
        with running:
            running.communicate()
    assert (worktrees_of(git_repo), [*temporary.iterdir()]) == (1, [])


def test_a_folder_that_the_repository_names_is_not_removed(git_repo: GitRepo, temporary: Path, tmp_path: Path) -> None:
    commit = git_repo.commit({"a.py": ""})
    name = "autotransform-worktree-abcdefgh"
    precious = tmp_path / "precious" / name
    admin = git_repo.path / ".git/worktrees" / name
    for folder in (precious, admin, temporary / name):
        folder.mkdir(parents=True)
        (folder / "in-use").touch()
    (admin / "gitdir").write_text(f"{precious}/{name}/.git\n")
    (temporary / "link").symlink_to(precious)
    with Repository.open(git_repo.path).temporary_worktree(commit):
        pass

    assert precious.exists()
    assert (temporary / name).exists()


def test_a_commit_that_the_repository_lacks(git_repo: GitRepo, temporary: Path) -> None:
    git_repo.commit({"a.py": ""})

    with (
        pytest.raises(RepositoryError, match="cannot be made"),
        Repository.open(git_repo.path).temporary_worktree("1" * 40),
    ):
        pass

    assert [*temporary.iterdir()] == []
    assert not (git_repo.path / ".git/worktrees").exists()
