from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from autotransform.errors import RepositoryError
from autotransform.repository import OLDEST_GIT, Repository, git_version

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import GitRepo


def _script_as_git(folder: Path, text: str) -> None:
    folder.mkdir()
    program = folder / "git"
    program.write_text(f"#!/bin/sh\n{text}\n")
    program.chmod(0o755)


def test_the_root_is_found_from_a_folder_below(git_repo: GitRepo) -> None:
    git_repo.commit({"a/b/c.py": ""})

    repository = Repository.open(git_repo.path / "a" / "b")

    assert repository.root == git_repo.path
    assert repository.git_dir == git_repo.path / ".git"
    assert repository.common_dir == git_repo.path / ".git"
    assert repository.state_dir == git_repo.path / ".git" / "autotransform"
    assert not repository.is_bare
    assert repr(repository) == f"Repository({str(git_repo.path)!r})"


def test_a_bare_repository_has_no_root(git_repo: GitRepo, tmp_path: Path) -> None:
    git_repo.commit({"a.py": ""})
    git_repo.git("clone", "--quiet", "--bare", ".", str(tmp_path / "bare.git"))

    repository = Repository.open(tmp_path / "bare.git")

    assert repository.root is None
    assert repository.is_bare
    assert repository.git_dir == tmp_path / "bare.git"


def test_a_linked_worktree_shares_its_state_with_the_main_one(git_repo: GitRepo, tmp_path: Path) -> None:
    git_repo.commit({"a.py": ""})
    git_repo.git("worktree", "add", "--quiet", "-b", "side", str(tmp_path / "side"))

    repository = Repository.open(tmp_path / "side")

    assert repository.root == tmp_path / "side"
    assert repository.git_dir == git_repo.path / ".git" / "worktrees" / "side"
    assert repository.state_dir == git_repo.path / ".git" / "autotransform"


def test_a_submodule_is_a_repository_of_its_own(git_repo: GitRepo, tmp_path: Path) -> None:
    git_repo.commit({"a.py": ""})
    outer = tmp_path / "outer"
    git_repo.git("init", "--quiet", str(outer))
    add = ["-c", "protocol.file.allow=always", "submodule", "--quiet", "add", str(git_repo.path), "inner"]
    git_repo.git("-C", str(outer), *add)

    repository = Repository.open(outer / "inner")

    assert repository.root == outer / "inner"
    assert repository.git_dir == outer / ".git" / "modules" / "inner"
    assert [entry.path for entry in repository.tree(repository.resolve("HEAD"))] == ["a.py"]


def test_outside_git_the_error_says_how_to_go_on(tmp_path: Path) -> None:
    with pytest.raises(RepositoryError, match="not in a git repository") as caught:
        Repository.open(tmp_path)

    assert "git init" in caught.value.hint
    assert "--in-place" in caught.value.hint


@pytest.mark.parametrize(("name", "message"), [("missing", "There is no folder"), ("file", "not a folder")])
def test_what_is_no_folder_is_no_repository(tmp_path: Path, name: str, message: str) -> None:
    (tmp_path / "file").write_text("")

    with pytest.raises(RepositoryError, match=message):
        Repository.open(tmp_path / name)


def test_inside_gits_own_folder_the_working_tree_is_asked_for(git_repo: GitRepo) -> None:
    with pytest.raises(RepositoryError, match="git's own folder") as caught:
        Repository.open(git_repo.path / ".git")

    assert "-C DIR" in caught.value.hint


def test_a_repository_of_somebody_else_names_the_command_to_trust_it(
    git_repo: GitRepo, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")

    with pytest.raises(RepositoryError, match="somebody else owns it") as caught:
        Repository.open(git_repo.path)

    assert caught.value.hint.endswith(f"git config --global --add safe.directory '{git_repo.path}'")


def test_a_bare_repository_that_git_is_told_to_refuse(
    git_repo: GitRepo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    git_repo.git("init", "--quiet", "--bare", str(tmp_path / "bare.git"))
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", "safe.bareRepository")
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", "explicit")

    with pytest.raises(RepositoryError, match=r"safe\.bareRepository") as caught:
        Repository.open(tmp_path / "bare.git")

    assert "safe.bareRepository all" in caught.value.hint


def test_a_damaged_repository_gives_gits_own_words(git_repo: GitRepo) -> None:
    (git_repo.path / ".git" / "config").write_text("[core\n")

    with pytest.raises(RepositoryError, match="bad config line 1"):
        Repository.open(git_repo.path)


def test_git_that_vanished_is_called_missing(git_repo: GitRepo, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(git_repo.path))

    with pytest.raises(RepositoryError, match="not installed") as caught:
        Repository.open(git_repo.path)

    assert "2.39" in caught.value.hint


def test_git_that_never_was_there_is_called_missing(tmp_path: Path) -> None:
    # A process of its own: GitPython looks for git once, when it is imported.
    code = (
        "from pathlib import Path\n"
        "from autotransform.repository import Repository\n"
        "for attempt in range(2):\n"
        "    try:\n"
        "        Repository.open(Path('.'))\n"
        "    except Exception as error:\n"
        "        print(type(error).__name__, error)\n"
    )
    environment = {**os.environ, "PATH": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
    )

    assert done.stdout == "RepositoryError Git is not installed, or not on PATH.\n" * 2


def test_an_old_git_is_named(git_repo: GitRepo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    says = 'for word; do [ "$word" = version ] && echo "git version 2.20.1" && exit 0; done; echo usage >&2; exit 129'
    _script_as_git(tmp_path / "bin", says)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"), prepend=os.pathsep)

    with pytest.raises(RepositoryError, match=r"too old: 2\.20\.1"):
        Repository.open(git_repo.path)


def test_the_installed_git_has_a_version(tmp_path: Path) -> None:
    assert git_version(tmp_path) >= OLDEST_GIT


@pytest.mark.parametrize("name", ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY"])
def test_what_binds_git_to_another_repository_is_not_inherited(
    git_repo: GitRepo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    head = git_repo.commit({"a.py": "x = 1\n"})
    monkeypatch.setenv(name, str(tmp_path / "elsewhere"))

    repository = Repository.open(git_repo.path)

    assert repository.root == git_repo.path
    assert repository.resolve("HEAD") == head
    assert [entry.path for entry in repository.index()] == ["a.py"]
    assert list(repository.read_many([repository.index()[0].oid])) == [b"x = 1\n"]


def test_pathspec_settings_of_the_caller_change_nothing(git_repo: GitRepo, monkeypatch: pytest.MonkeyPatch) -> None:
    git_repo.commit({"a[1].py": "x\n", "a1.py": "y\n"})
    monkeypatch.setenv("GIT_GLOB_PATHSPECS", "1")

    repository = Repository.open(git_repo.path)

    assert repository.show_file(repository.resolve("HEAD"), "a[1].py") == b"x\n"
    assert repository.show_file(repository.resolve("HEAD"), "a*.py") is None
