"""A folder of git's own that leads to a repository's objects and refs, and has a configuration of ours.

What must not be seen of that configuration stands in no file, and not in the environment of git either, which every
process of the same user can read: git inherits a piece of memory that it reads like a file.
"""

from __future__ import annotations

import os
import re
import shutil
import tempfile
import time
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from autotransform.errors import RepositoryError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from autotransform.repository.process import Git

_LINKED = ("objects", "refs", "packed-refs", "shallow", "reftable")
#: Of the repository's configuration, what says how its objects and refs are stored, and as which words.
_STORAGE = {
    "extensions.objectformat": re.compile(r"sha1|sha256"),
    "extensions.refstorage": re.compile(r"files|reftable"),
    "core.sharedrepository": re.compile(r"\w+"),
}
_OWN = (
    ("core.bare", "true"),
    # In this folder git knows neither HEAD nor index of the repository, and would take what only they hold for garbage.
    ("gc.auto", "0"),
    ("maintenance.auto", "false"),
    ("fetch.recurseSubmodules", "false"),
    ("push.recurseSubmodules", "no"),
    ("http.lowSpeedLimit", "1000"),
    ("http.lowSpeedTime", "300"),
)

#: What the folders are called below that of our state; whoever made one holds a lock on the file in it.
_PREFIX, _LOCK = "remote-", "in-use"
#: Seconds after which one goes that has no lock.
_DAY = 86400
#: ``MFD_NOEXEC_SEAL``, which some systems insist on, and Linux before 6.3 does not know.
_NO_PROGRAM = 8


@contextmanager
def follow_shallow(git: Git) -> Iterator[None]:
    """Let the repository be whole once it lacks nothing of its history: git then takes away the folder's link alone."""
    link = Path(git.binding[0].partition("=")[2]) / "shallow"
    target = link.parent / link.readlink() if link.is_symlink() else None
    yield
    if target and not link.is_symlink():
        target.unlink(missing_ok=True)


@contextmanager
def hand_over(git: Git, settings: Sequence[tuple[str, str]], *, overrides: Sequence[tuple[str, str]]) -> Iterator[Git]:
    """Give git for one command with settings that nobody else is to see, after others that everybody may.

    On Linux they are in memory that git and what it starts inherit, and are gone with them: a process of the same user
    that may look into these (``/proc/PID/fd``) still could read them while the command runs, as it could the memory of
    git itself. Elsewhere they are in its environment.
    """
    descriptor = _open_memory() if settings else None
    if descriptor is None:
        yield replace(git, overrides=(*overrides, *settings))
        return
    with os.fdopen(descriptor, "wb") as memory:
        os.fchmod(descriptor, 0o600)
        memory.write(b"".join(_setting(key, value) for key, value in settings))
        memory.flush()
        included = (*overrides, ("include.path", f"/proc/self/fd/{descriptor}"))
        yield replace(git, overrides=included, descriptors=(descriptor,))


def _open_memory() -> int | None:
    if not hasattr(os, "memfd_create") or not Path("/proc/self/fd").is_dir():
        return None
    for flags in (os.MFD_CLOEXEC | _NO_PROGRAM, os.MFD_CLOEXEC):
        try:
            return os.memfd_create("autotransform", flags)
        except OSError:
            continue
    return None


@contextmanager
def make_folder(state: Path) -> Iterator[Path]:
    """Make a folder, gone with the block; those of processes that were killed are taken away before.

    Args:
        state: Where it is made; it, too, if it is not there.

    Raises:
        RepositoryError: It cannot be made.
    """
    with ExitStack() as cleanup:
        try:
            state.mkdir(exist_ok=True)
            with _hold(state):  # so that nobody finds a folder whose lock is still to be taken
                _sweep(state)
                folder = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=state))
                cleanup.callback(shutil.rmtree, folder, ignore_errors=True)
                (folder / _LOCK).touch()
                cleanup.enter_context(_hold(folder / _LOCK))
        except OSError as error:
            raise RepositoryError(f"Cannot write below {state}: {error.strerror}.") from error
        yield folder


def _sweep(state: Path) -> None:
    for folder in sorted(state.glob(f"{_PREFIX}*")):
        if not folder.is_symlink() and folder.is_dir() and _is_abandoned(folder):
            shutil.rmtree(folder, ignore_errors=True)


def _is_abandoned(folder: Path) -> bool:
    try:
        if not (folder / _LOCK).exists():
            return time.time() - folder.stat().st_mtime > _DAY
        with _hold(folder / _LOCK, is_patient=False):
            return True
    except (OSError, ImportError):  # somebody holds it, or it is gone by now, or nobody can tell
        return False


@contextmanager
def _hold(path: Path, *, is_patient: bool = True) -> Iterator[None]:
    """Hold the lock on a file or folder, where the system has such locks; it ends with the process.

    Raises:
        OSError: It is not to be waited for, and cannot be had.
        ImportError: It is not to be waited for, and this system has none.
    """
    descriptor = os.open(path, os.O_RDONLY) if os.name != "nt" else None
    try:
        with suppress(*((OSError, ImportError) if is_patient else ())):
            import fcntl  # noqa: PLC0415 - Windows has none

            fcntl.flock(descriptor or 0, fcntl.LOCK_EX | (0 if is_patient else fcntl.LOCK_NB))
        yield
    finally:
        if descriptor is not None:
            os.close(descriptor)


def fill_folder(folder: Path, *, git: Git, common_dir: Path, remote: str, url: str, push_url: str) -> None:
    """Make a folder one that git can work in for one remote.

    Args:
        folder: Empty.
        git: Of the repository.
        common_dir: Of the repository.
        remote: What the remote is called there.
        url: Where git reads.
        push_url: Where it writes.
    """
    for name in _LINKED:
        if name != "reftable" or (common_dir / name).exists():
            (folder / name).symlink_to(common_dir / name)
    (folder / "HEAD").write_text("ref: refs/heads/none\n", encoding="ascii")
    settings = [
        *_OWN,
        *_storage(git, remote=remote),
        (f"remote.{remote}.url", url),
        # With one of these, git does not look for what the person has it push to instead (pushInsteadOf).
        *([(f"remote.{remote}.pushurl", push_url)] if push_url != url else []),
    ]
    # Written by hand: what stands in an address would be an argument of `git config`.
    (folder / "config").write_bytes(b"".join(_setting(key, value) for key, value in settings))


def _storage(git: Git, *, remote: str) -> list[tuple[str, str]]:
    """Give what git must know of how objects and refs are stored."""
    found = [("core.repositoryformatversion", "1")]
    for key, known in _STORAGE.items():
        value = git.ask("config", "--local", key).text
        if known.fullmatch(value):
            found.append((key, value))
    answer = git.ask("config", "--local", "--get-regexp", r"^(remote\..*\.promisor|extensions\.partialclone)$")
    if answer.output:
        # What a partial clone lacks is no loss.
        found += [("extensions.partialclone", remote), (f"remote.{remote}.promisor", "true")]
    return found


def _setting(key: str, value: str) -> bytes:
    """Write one setting as git reads it; no key may hold a line break."""
    if "\n" in key or "\0" in key:
        raise ValueError(key)
    section, _, rest = key.partition(".")
    subsection, _, name = rest.rpartition(".")
    inside = subsection.replace("\\", "\\\\").replace('"', '\\"')
    header = f'{section} "{inside}"' if subsection else section
    quoted = value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return os.fsencode(f'[{header}]\n\t{name} = "{quoted}"\n')
