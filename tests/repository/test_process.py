from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest

from autotransform.errors import RepositoryError
from autotransform.repository import Repository

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import GitRepo


#: A git that tells every size it is asked for, as the real one does.
_SIZES = "for n in $(seq 50); do read word oid; echo $oid blob 100; done"


def _break_git(folder: Path, *, command: str, how: str) -> str:
    """Make a git that breaks off in one command; the folder to put before PATH."""
    folder.mkdir()
    program = folder / "git"
    real = shutil.which("git")
    program.write_text(f'#!/bin/sh\nfor word; do [ "$word" = {command} ] && {{ {how}; }}; done\nexec {real} "$@"\n')
    program.chmod(0o755)
    return f"{folder}{os.pathsep}{os.environ['PATH']}"


@pytest.mark.parametrize(
    ("how", "message"),
    [
        ("exit 3", "ended with status 3 and said nothing"),
        ("echo fatal: the disk is on fire >&2; exit 128", "git cat-file failed: the disk is on fire"),
        ("read word oid; echo $oid blob 100; exit 0", "ended with status 1"),
        ("read word oid; echo $oid blob 100; kill -9 $$", "ended with status -9"),
        (f"{_SIZES}; echo $oid blob 100; echo too short; exit 0", "ended with status 1"),
        (f"{_SIZES}; echo $oid blob 100; echo too short; kill -9 $$", "ended with status -9"),
    ],
)
def test_git_that_breaks_off_while_we_read(
    git_repo: GitRepo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str, message: str
) -> None:
    git_repo.commit({f"{number}.py": f"{number}\n" for number in range(200)})
    repository = Repository.open(git_repo.path)
    oids = [entry.oid for entry in repository.tree(git_repo.head)]
    monkeypatch.setenv("PATH", _break_git(tmp_path / "bin", command="cat-file", how=how))

    with pytest.raises(RepositoryError, match=message):
        list(repository.read_many(oids))


@pytest.mark.parametrize("how", ["exit 3", "head -c 1000 >/dev/null; exit 3", "cat >/dev/null; exit 3"])
@pytest.mark.parametrize("command", ["fast-import", "read-tree", "update-index", "write-tree", "commit-tree"])
def test_git_that_breaks_off_while_we_write(
    git_repo: GitRepo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, command: str, how: str
) -> None:
    parent = git_repo.commit({"a.py": "1\n"})
    repository = Repository.open(git_repo.path)
    before = git_repo.state()
    files = {f"{number}.py": os.urandom(1000) for number in range(200)}
    monkeypatch.setenv("PATH", _break_git(tmp_path / "bin", command=command, how=how))

    with pytest.raises(RepositoryError):
        repository.write_commit(parent=parent, files=files, message="x")

    assert git_repo.state() == before


def test_nothing_is_left_in_the_folder_for_temporary_files(
    git_repo: GitRepo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    parent = git_repo.commit({"a.py": "1\n", ".gitattributes": "a.py linguist-generated\n"})
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr("tempfile.tempdir", str(scratch))
    repository = Repository.open(git_repo.path)

    repository.write_commit(parent=parent, files={"a.py": b"2\n"}, message="x")
    repository.generated_paths(parent, ["a.py"])
    repository.differing_paths(["a.py"], parent)

    assert [*scratch.iterdir()] == []
