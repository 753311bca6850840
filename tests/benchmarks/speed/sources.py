"""The code that the work is done on: source distributions, fetched by version, as git repositories of one commit."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_AUTHOR = ("-c", "user.name=benchmark", "-c", "user.email=benchmark@example.invalid", "-c", "gc.auto=0")


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A repository to work on."""

    name: str
    version: str
    folder: Path

    @property
    def title(self) -> str:
        """Name and version."""
        return f"{self.name} {self.version}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Size:
    """How much there is to work on."""

    files: int
    bytes: int

    def __str__(self) -> str:
        return f"{self.files:,} files, {self.bytes / 1e6:.1f} MB"


#: What is fetched: the name in the package index, and the version.
DISTRIBUTIONS = {"homeassistant": "2026.11.0", "django": "5.2.19"}


def git(*arguments: str, cwd: Path) -> str:
    """Run a git command; what it prints."""
    done = subprocess.run(["git", *_AUTHOR, *arguments], cwd=cwd, capture_output=True, check=True)
    return os.fsdecode(done.stdout)


def default_cache() -> Path:
    """Give the folder that keeps what was fetched."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "autotransform-benchmarks"


def fetch(name: str, *, cache: Path, given: Path | None = None) -> Source:
    """Give a distribution as a repository, fetched, unpacked and committed where it is absent.

    Args:
        name: One of `DISTRIBUTIONS`.
        cache: Where to keep it.
        given: A folder that may hold it already, as a repository called ``NAME-VERSION``.

    Raises:
        subprocess.CalledProcessError: The package index does not have it.
    """
    version = DISTRIBUTIONS[name]
    folders = [base / f"{name}-{version}" for base in (given, cache) if base is not None]
    ready = [folder for folder in folders if (folder / ".git").is_dir()]
    folder = ready[0] if ready else _download(name, version, folders[-1])
    return Source(name=name, version=version, folder=folder)


def _download(name: str, version: str, folder: Path) -> Path:
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent) as beside:
        # It may name a Python that is newer than this one, and is only read here, never run.
        words = ["pip", "download", "--no-deps", "--no-binary", ":all:", "--ignore-requires-python", "--quiet"]
        words += ["--dest", beside, f"{name}=={version}"]
        subprocess.run([sys.executable, "-m", *words], check=True)
        (archive,) = Path(beside).glob("*.tar.gz")
        unpacked = Path(beside) / "unpacked"
        with tarfile.open(archive) as tar:
            tar.extractall(unpacked, filter="data")
        (inner,) = unpacked.iterdir()
        commit(inner)
        inner.rename(folder)
    return folder


def commit(folder: Path) -> None:
    """Make a repository of a folder, with one commit of everything in it."""
    git("init", "--quiet", "--initial-branch=main", cwd=folder)
    git("add", "--all", "--force", cwd=folder)
    git("commit", "--quiet", "--message=base", cwd=folder)


def clone(source: Path, to: Path) -> Path:
    """Make a copy with a working tree; objects are shared through hard links."""
    git("clone", "--quiet", "--local", str(source), str(to), cwd=source)
    git("checkout", "--quiet", "-B", "main", cwd=to)
    return to


def select(source: Path, paths: Sequence[str], *, to: Path) -> Path:
    """Make a repository of some of the files alone."""
    for path in paths:
        target = to / path
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source / path, target)
    commit(to)
    return to


def list_files(folder: Path, *under: str) -> list[str]:
    """List the Python files that are tracked, sorted."""
    patterns = [f"{path}/*.py" for path in under] or ["*.py"]
    listed = git("ls-files", "-z", "--", *patterns, cwd=folder).split("\0")
    return sorted(path for path in listed if path and not (folder / path).is_symlink())


def list_holding(folder: Path, words: Sequence[str], *under: str) -> list[str]:
    """List the Python files that hold any of the words; without words, all."""
    wanted = [word.encode() for word in words]
    paths = list_files(folder, *under)
    return [path for path in paths if not wanted or any(word in (folder / path).read_bytes() for word in wanted)]


def size_of(folder: Path, paths: Sequence[str]) -> Size:
    """Add up files and bytes."""
    return Size(files=len(paths), bytes=sum((folder / path).stat().st_size for path in paths))


def read_changes(folder: Path, *, branch: str | None = None) -> dict[str, bytes]:
    """Give the content of every Python file that is not as it was committed, on a branch or on disk."""
    against = ["main", branch] if branch else ["main"]
    words = ["diff", "--name-only", "-z", "--no-renames", *against, "--", "*.py"]
    paths = [path for path in git(*words, cwd=folder).split("\0") if path]
    if branch is None:
        return {path: (folder / path).read_bytes() if (folder / path).exists() else b"" for path in paths}
    return {path: _show(folder, branch, path) for path in paths}


def _show(folder: Path, branch: str, path: str) -> bytes:
    words = ["git", "cat-file", "blob", f"{branch}:{path}"]
    return subprocess.run(words, cwd=folder, capture_output=True, check=True).stdout


def restore(folder: Path) -> None:
    """Put every file back as it was committed, and remove what is new."""
    git("reset", "--quiet", "--hard", "main", cwd=folder)
    git("clean", "-ffdxq", cwd=folder)


def forget(folder: Path, *, branch: str, is_all: bool) -> None:
    """Drop a branch that a run has made, and, if wanted, all else that a run keeps, so that the next starts anew."""
    if git("branch", "--list", branch, cwd=folder):
        git("branch", "--quiet", "-D", branch, cwd=folder)
    if is_all:
        shutil.rmtree(folder / ".git" / "autotransform", ignore_errors=True)
