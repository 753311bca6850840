from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

import pytest

from autotransform.errors import RepositoryError
from autotransform.repository import Repository

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import GitRepo

_SIGNATURE = "-----BEGIN PGP SIGNATURE-----\n\nplanted\n-----END PGP SIGNATURE-----"


def _signer(folder: Path, *, works: bool) -> str:
    program = folder / "gpg"
    answer = f"cat >/dev/null\nprintf '%s\\n' '{_SIGNATURE}'\necho '[GNUPG:] SIG_CREATED ' >&2" if works else "exit 2"
    program.write_text(f"#!/bin/sh\n{answer}\n")
    program.chmod(0o755)
    return str(program)


def _configure(monkeypatch: pytest.MonkeyPatch, key: str, value: str) -> None:
    """Set what only a person's own configuration may say."""
    monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
    monkeypatch.setenv("GIT_CONFIG_KEY_0", key)
    monkeypatch.setenv("GIT_CONFIG_VALUE_0", value)


def _mode(repo: GitRepo, commit: str, path: str) -> str:
    return repo.git("ls-tree", commit, "--", path).split()[0]


def test_a_commit_changes_and_adds_files_and_nothing_else(git_repo: GitRepo) -> None:
    parent = git_repo.commit({"a.py": "1\n", "b/c.py": "1\n", "d.py": "1\n"})
    before = git_repo.state()
    repository = Repository.open(git_repo.path)

    sha = repository.write_commit(
        parent=parent, files={"b/c.py": b"2\n", "new/e.py": b"3\n"}, message="Subject\n\nBody.\n"
    )

    assert git_repo.git("diff", "--name-status", parent, sha) == "M\tb/c.py\nA\tnew/e.py"
    assert git_repo.show(sha, "b/c.py") == b"2\n"
    assert (
        git_repo.git("log", "-1", "--format=%P %an %ae %cn", sha)
        == f"{parent} Ada Lovelace ada@example.org Ada Lovelace"
    )
    assert git_repo.git_bytes("cat-file", "commit", sha).endswith(b"\n\nSubject\n\nBody.\n")
    assert git_repo.git("fsck", "--strict") == f"dangling commit {sha}"
    assert git_repo.state() == before


def test_modes_are_kept_and_new_files_get_theirs(git_repo: GitRepo) -> None:
    git_repo.write("run.py", "1\n", mode=0o755)
    parent = git_repo.commit({"a.py": "1\n"})

    sha = Repository.open(git_repo.path).write_commit(
        parent=parent,
        files={"run.py": b"2\n", "a.py": b"2\n", "new.py": b"", "tool.py": b""},
        modes={"tool.py": "100755", "a.py": "100755"},
        message="x",
    )

    assert [_mode(git_repo, sha, path) for path in ("run.py", "a.py", "new.py", "tool.py")] == [
        "100755",
        "100644",
        "100644",
        "100755",
    ]


@pytest.mark.parametrize(
    "content", [b"a\r\nb\r\n", b"a\nb\r\nc\r", b"\xef\xbb\xbfx\n", b"\x00\xff\n", b"", b"no last newline", b"$Id$\n"]
)
def test_no_filter_changes_a_byte(git_repo: GitRepo, content: bytes) -> None:
    git_repo.git("config", "core.autocrlf", "true")
    git_repo.git("config", "filter.shout.clean", "tr a-z A-Z")
    parent = git_repo.commit({".gitattributes": "* text=auto ident filter=shout\n", "a.py": "1\r\n"})

    sha = Repository.open(git_repo.path).write_commit(parent=parent, files={"a.py": content}, message="x")

    assert git_repo.show(sha, "a.py") == content


@pytest.mark.parametrize("count", [0, 1, 250])
def test_any_number_of_files_in_one_commit(git_repo: GitRepo, count: int) -> None:
    parent = git_repo.commit({"a.py": "1\n"})
    # Some contents repeat: git stores them once, and each path must still get its own.
    files = {f"new/{number:03}.py": b"%d\n" % (number % 100) for number in range(count)}

    sha = Repository.open(git_repo.path).write_commit(parent=parent, files=files, message="x")

    assert git_repo.git("diff", "--name-only", parent, sha).split() == sorted(files)
    assert all(git_repo.show(sha, path) == content for path, content in [*files.items()][::25])


def test_more_than_a_pipe_holds(git_repo: GitRepo) -> None:
    parent = git_repo.commit({"a.py": "1\n"})
    content = os.urandom(3_000_000)

    sha = Repository.open(git_repo.path).write_commit(parent=parent, files={"a.py": content}, message="x")

    assert git_repo.show(sha, "a.py") == content


@pytest.mark.skipif(sys.platform != "linux", reason="other systems allow no such name")
def test_a_name_that_is_not_utf8_is_written_as_it_is(git_repo: GitRepo) -> None:
    name = b"d/caf\xe9.py"
    git_repo.write(name, "1\n")
    parent = git_repo.commit({"new\nline.py": "1\n"})
    files = {os.fsdecode(name): b"2\n", "new\nline.py": b"2\n"}

    sha = Repository.open(git_repo.path).write_commit(parent=parent, files=files, message="x")

    assert sorted(git_repo.git_bytes("diff", "--name-only", "-z", parent, sha).split(b"\0")[:-1]) == [
        name,
        b"new\nline.py",
    ]


@pytest.mark.parametrize(
    ("path", "message"),
    [
        ("a.py/b.py", "a.py is a file"),
        ("folder", "it is a folder"),
        ("link.py", "symbolic link"),
        ("link.py/x.py", "link.py is a file"),
    ],
)
def test_a_path_that_cannot_be_a_file_is_refused(git_repo: GitRepo, path: str, message: str) -> None:
    (git_repo.path / "link.py").symlink_to("a.py")
    parent = git_repo.commit({"a.py": "1\n", "folder/b.py": "1\n"})

    with pytest.raises(RepositoryError, match=message):
        Repository.open(git_repo.path).write_commit(parent=parent, files={path: b"x"}, message="x")


def test_settings_that_change_how_the_index_is_stored_leave_nothing_behind(git_repo: GitRepo) -> None:
    parent = git_repo.commit({"a/b.py": "1\n", "c/d.py": "1\n"})
    git_repo.git("config", "core.splitIndex", "true")
    git_repo.git("sparse-checkout", "set", "--sparse-index", "a")
    before = sorted(path.name for path in (git_repo.path / ".git").iterdir())

    sha = Repository.open(git_repo.path).write_commit(parent=parent, files={"c/d.py": b"2\n"}, message="x")

    assert git_repo.git("diff", "--name-only", parent, sha) == "c/d.py"
    assert sorted(path.name for path in (git_repo.path / ".git").iterdir()) == before


class TestIdentity:
    def test_without_one_the_commands_that_set_it_are_named(self, git_repo: GitRepo) -> None:
        parent = git_repo.commit({"a.py": "1\n"})
        git_repo.git("config", "--unset", "user.email")
        repository = Repository.open(git_repo.path)

        with pytest.raises(RepositoryError, match="does not know who you are") as caught:
            repository.require_identity()
        with pytest.raises(RepositoryError, match="does not know who you are"):
            repository.write_commit(parent=parent, files={"a.py": b"2\n"}, message="x")

        assert "git config --global user.email" in caught.value.hint

    def test_an_identity_from_the_environment_is_enough(
        self, git_repo: GitRepo, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        parent = git_repo.commit({"a.py": "1\n"})
        git_repo.git("config", "--remove-section", "user")
        for name in ("AUTHOR", "COMMITTER"):
            monkeypatch.setenv(f"GIT_{name}_NAME", f"The {name}")
            monkeypatch.setenv(f"GIT_{name}_EMAIL", "who@example.org")
        repository = Repository.open(git_repo.path)

        repository.require_identity()
        sha = repository.write_commit(parent=parent, files={"a.py": b"2\n"}, message="x")

        assert git_repo.git("log", "-1", "--format=%an, %cn", sha) == "The AUTHOR, The COMMITTER"


class TestSigning:
    def test_a_commit_is_signed_where_git_is_told_to(
        self, git_repo: GitRepo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        parent = git_repo.commit({"a.py": "1\n"})
        git_repo.git("config", "commit.gpgsign", "yes")
        _configure(monkeypatch, "gpg.program", _signer(tmp_path, works=True))

        sha = Repository.open(git_repo.path).write_commit(parent=parent, files={"a.py": b"2\n"}, message="Text\n")

        raw = git_repo.git("cat-file", "commit", sha)
        assert "gpgsig -----BEGIN PGP SIGNATURE-----" in raw
        assert raw.endswith("\n\nText")

    @pytest.mark.parametrize("value", [None, "false", "0"])
    def test_a_commit_is_not_signed_unasked(self, git_repo: GitRepo, tmp_path: Path, value: str | None) -> None:
        parent = git_repo.commit({"a.py": "1\n"})
        git_repo.git("config", "gpg.program", _signer(tmp_path, works=True))
        if value:
            git_repo.git("config", "commit.gpgsign", value)

        sha = Repository.open(git_repo.path).write_commit(parent=parent, files={"a.py": b"2\n"}, message="x")

        assert "gpgsig" not in git_repo.git("cat-file", "commit", sha)

    def test_signing_that_fails_makes_no_commit(
        self, git_repo: GitRepo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        parent = git_repo.commit({"a.py": "1\n"})
        git_repo.git("config", "commit.gpgsign", "true")
        _configure(monkeypatch, "gpg.program", _signer(tmp_path, works=False))

        with pytest.raises(RepositoryError, match="could not be signed") as caught:
            Repository.open(git_repo.path).write_commit(parent=parent, files={"a.py": b"2\n"}, message="x")

        assert "commit.gpgsign false" in caught.value.hint
        assert "dangling commit" not in git_repo.git("fsck")


class TestKindsOfRepository:
    def test_bare(self, git_repo: GitRepo, tmp_path: Path) -> None:
        parent = git_repo.commit({"a.py": "1\n"})
        git_repo.git("clone", "--quiet", "--bare", ".", str(tmp_path / "bare.git"))
        for key, value in (("user.name", "Ada"), ("user.email", "a@example.org")):
            git_repo.git("-C", str(tmp_path / "bare.git"), "config", key, value)
        repository = Repository.open(tmp_path / "bare.git")

        sha = repository.write_commit(parent=parent, files={"a.py": b"2\n"}, message="x")
        repository.update_branch("topic", new=sha, old=None, reason="r")

        assert repository.show_file(repository.resolve("topic"), "a.py") == b"2\n"

    def test_linked_worktree(self, git_repo: GitRepo, tmp_path: Path) -> None:
        parent = git_repo.commit({"a.py": "1\n"})
        git_repo.git("worktree", "add", "--quiet", "--detach", str(tmp_path / "side"))
        repository = Repository.open(tmp_path / "side")

        sha = repository.write_commit(parent=parent, files={"a.py": b"2\n"}, message="x")
        repository.update_branch("topic", new=sha, old=None, reason="r")

        assert git_repo.git("rev-parse", "topic") == sha
        assert repository.head_branch() is None

    def test_shallow(self, git_repo: GitRepo, tmp_path: Path) -> None:
        git_repo.commit({"a.py": "1\n"})
        parent = git_repo.commit({"a.py": "2\n"})
        git_repo.git("clone", "--quiet", "--depth=1", f"file://{git_repo.path}", str(tmp_path / "shallow"))
        for key, value in (("user.name", "Ada"), ("user.email", "a@example.org")):
            git_repo.git("-C", str(tmp_path / "shallow"), "config", key, value)
        repository = Repository.open(tmp_path / "shallow")

        sha = repository.write_commit(parent=parent, files={"a.py": b"3\n"}, message="x")

        assert [commit.sha for commit in repository.commits(None, sha)] == [sha, parent]
        with pytest.raises(RepositoryError) as caught:
            repository.resolve("HEAD~1")
        assert "git fetch --unshallow" in caught.value.hint
        assert not repository.has_commit(git_repo.git("rev-parse", "HEAD~1"))

    def test_sha256(self, git_repo: GitRepo, tmp_path: Path) -> None:
        git_repo.git("init", "--quiet", "--object-format=sha256", str(tmp_path / "new"))
        new = type(git_repo)(tmp_path / "new")
        for key, value in (("user.name", "Ada"), ("user.email", "a@example.org")):
            new.git("config", key, value)
        parent = new.commit({"a.py": "1\n"})
        repository = Repository.open(new.path)

        sha = repository.write_commit(parent=parent, files={"a.py": b"2\n"}, message="x")
        repository.update_branch("topic", new=sha, old=None, reason="r")

        assert len(sha) == 64
        assert new.show("topic", "a.py") == b"2\n"


def test_no_hook_runs_and_those_that_would_have_are_named(git_repo: GitRepo, tmp_path: Path) -> None:
    parent = git_repo.commit({"a.py": "1\n"})
    traces = tmp_path / "traces"
    traces.mkdir()
    for name in ("pre-commit", "commit-msg", "reference-transaction", "post-index-change", "post-commit"):
        git_repo.write(f".git/hooks/{name}", f"#!/bin/sh\ntouch {traces}/{name}\n", mode=0o755)
    repository = Repository.open(git_repo.path)

    sha = repository.write_commit(parent=parent, files={"a.py": b"2\n"}, message="x")
    repository.update_branch("topic", new=sha, old=None, reason="r")

    assert [*traces.iterdir()] == []
    assert repository.commit_hooks() == ("pre-commit", "commit-msg", "post-commit")

    git_repo.git("commit", "--quiet", "--allow-empty", "--message", "x")

    assert "reference-transaction" in [path.name for path in traces.iterdir()]


def test_hooks_in_a_folder_of_the_persons_choice(git_repo: GitRepo) -> None:
    git_repo.write("hooks/pre-commit", "#!/bin/sh\n", mode=0o755)
    git_repo.write("hooks/commit-msg", "#!/bin/sh\n", mode=0o644)
    repository = Repository.open(git_repo.path)

    assert repository.commit_hooks() == ()

    git_repo.git("config", "core.hooksPath", "hooks")

    assert repository.commit_hooks() == ("pre-commit",)


def test_gits_own_editor(git_repo: GitRepo, monkeypatch: pytest.MonkeyPatch) -> None:
    repository = Repository.open(git_repo.path)
    _configure(monkeypatch, "core.editor", "code --wait")

    assert repository.editor() == "code --wait"

    monkeypatch.setenv("GIT_EDITOR", "vim -n")

    assert repository.editor() == "vim -n"


def test_no_editor_at_all(git_repo: GitRepo, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("GIT_EDITOR", "VISUAL", "EDITOR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TERM", "dumb")

    with pytest.raises(RepositoryError, match="no editor") as caught:
        Repository.open(git_repo.path).editor()

    assert "core.editor" in caught.value.hint
