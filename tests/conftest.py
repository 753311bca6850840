"""What many tests share: a git that knows nothing of who runs the tests, and repositories to try things on."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from autotransform.run import Limits

if TYPE_CHECKING:
    from collections.abc import Iterator


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update-scenarios", action="store_true", help="Write what the commands print into the transcripts."
    )


@dataclass(frozen=True, slots=True)
class GitRepo:
    """A real repository, and the few commands that tests need of it."""

    path: Path

    def git(self, *arguments: str | bytes, stdin: bytes | None = None) -> str:
        """Run one git command in the repository; what it prints, without the last newline."""
        return os.fsdecode(self.git_bytes(*arguments, stdin=stdin)).removesuffix("\n")

    def git_bytes(self, *arguments: str | bytes, stdin: bytes | None = None) -> bytes:
        """Run one git command in the repository; what it prints, as it is."""
        done = subprocess.run(
            ["git", *arguments], cwd=self.path, input=stdin, capture_output=True, check=False, timeout=60
        )

        assert done.returncode == 0, done.stderr.decode(errors="replace")
        return done.stdout

    def write(self, path: str | bytes, content: str | bytes, *, mode: int | None = None) -> Path:
        """Write one file, with the folders that it needs."""
        target = self.path / os.fsdecode(path)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content.encode() if isinstance(content, str) else content)
        if mode is not None:
            target.chmod(mode)
        return target

    def commit(self, files: dict[str, str | bytes] | None = None, *, message: str = "A commit") -> str:
        """Write the files, add everything and commit it; the commit's id."""
        for path, content in (files or {}).items():
            self.write(path, content)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--message", message)
        return self.head

    @property
    def head(self) -> str:
        """The id of the commit at HEAD."""
        return self.git("rev-parse", "HEAD")

    def show(self, revision: str, path: str) -> bytes:
        """Give the content of one file in a commit."""
        return self.git_bytes("cat-file", "blob", f"{revision}:{path}")

    def state(self) -> tuple[object, ...]:
        """Everything that work on objects and branches must leave as it is: HEAD, index, working tree."""
        git_dir = Path(self.git("rev-parse", "--absolute-git-dir"))
        index = git_dir / "index"
        status = self.git_bytes("--no-optional-locks", "status", "--porcelain=v2", "--ignored", "-z")
        return (
            (git_dir / "HEAD").read_bytes(),
            self.git("rev-parse", "HEAD"),
            index.read_bytes() if index.exists() else None,
            status,
            {name: entry.read_bytes() for name, entry in _files(self.path)},
        )


def _files(root: Path) -> Iterator[tuple[str, Path]]:
    for entry in sorted(root.rglob("*")):
        if ".git" not in entry.relative_to(root).parts and entry.is_file() and not entry.is_symlink():
            yield str(entry), entry


@pytest.fixture(scope="session", autouse=True)
def _isolated_git(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Keep the configuration, the identity and the repository of whoever runs the tests out of them."""
    home = tmp_path_factory.mktemp("home")
    config = home / ".gitconfig"
    config.write_text("[init]\n\tdefaultBranch = main\n[gc]\n\tauto = 0\n[maintenance]\n\tauto = false\n")
    with pytest.MonkeyPatch.context() as patch:
        for name in [*os.environ]:
            is_ours = name.startswith(("GIT_", "AUTOTRANSFORM_")) or name.endswith("_API_KEY")
            if is_ours or name in {"EMAIL", "XDG_CONFIG_HOME", "XDG_STATE_HOME"}:
                patch.delenv(name)
        patch.setenv("HOME", str(home))
        patch.setenv("GIT_CONFIG_GLOBAL", str(config))
        patch.setenv("GIT_CONFIG_SYSTEM", os.devnull)
        patch.setenv("GIT_TERMINAL_PROMPT", "0")
        yield


@pytest.fixture(scope="session", autouse=True)
def _trusted_scripts() -> Iterator[None]:
    """Let the scripts of tests run where no kernel holds them, as if a person had approved each."""
    with pytest.MonkeyPatch.context() as patch:
        if sys.platform != "linux":
            patch.setitem(Limits.__init__.__kwdefaults__, "is_trusted", lambda _: True)
        yield


@pytest.fixture
def git_repo(tmp_path: Path) -> GitRepo:
    """Give a new repository on branch ``main`` with an identity and no commit yet, in ``tmp_path/repo``."""
    path = tmp_path / "repo"
    path.mkdir()
    repo = GitRepo(path)
    repo.git("init", "--quiet")
    repo.git("config", "user.name", "Ada Lovelace")
    repo.git("config", "user.email", "ada@example.org")
    return repo
