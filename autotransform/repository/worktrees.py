"""A second working tree for a while, outside of the first: what is run there finds a commit as it is, and no more.

It stands in a folder of its own among the system's temporary ones. Whoever made it holds a lock on a file beside it; so
what a crash left behind can be told from what is in use, and the next one made clears it away. ``git worktree prune``
clears git's side of it, too, once the folder is gone.
"""

from __future__ import annotations

import contextlib
import os
import re
import shutil
import stat
import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, TYPE_CHECKING

from autotransform.errors import RepositoryError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from autotransform.repository.process import Git

_PREFIX = "autotransform-worktree-"
#: As `tempfile` makes them up.
_OURS = re.compile(rf"{re.escape(_PREFIX)}[a-z0-9_]{{8}}")
_LOCK = "in-use"


@dataclass(frozen=True, slots=True, kw_only=True)
class Worktree:
    """A working tree that is nobody's, and git as it is bound to it."""

    path: Path
    git: Git

    def show(self, tree: str) -> None:
        """Make it hold exactly one tree or commit: whatever else was written to it, ignored files too, is gone.

        Raises:
            RepositoryError: Git cannot write it; or what ran there destroyed it.
        """
        _unlock(self.path)
        self.git.run("read-tree", "--reset", "-u", tree)
        # Twice forced: repositories that a program made in it are not kept either. What Python compiled must go, for a
        # file of the same size that was written within the same second would pass for the one that was compiled.
        self.git.run("clean", "--quiet", "-ffdx")


@contextlib.contextmanager
def temporary_worktree(git: Git, commit: str, *, common_dir: Path) -> Iterator[Worktree]:
    """Make a working tree of a commit, with HEAD detached; it is gone with the block, whatever happened in it.

    No hook runs, and no filter that only the repository names. Submodules are empty folders.

    Args:
        git: Bound to the repository.
        commit: What it holds at first.
        common_dir: Git's folder that all working trees share.

    Raises:
        RepositoryError: Git cannot make it, as where a partial clone lacks what it holds.
    """
    clear_abandoned(git, common_dir=common_dir)
    # All of the commit, however little of it the person's own working tree shows.
    git = replace(git, overrides=(*git.overrides, ("core.sparseCheckout", "false")))
    place = Path(tempfile.mkdtemp(prefix=_PREFIX)).resolve()
    # Named as the folder above it, for that is what git calls it, and no two must be called the same.
    path = place / place.name
    with contextlib.ExitStack() as cleanup:
        cleanup.callback(_remove_folder, place)
        lock = cleanup.enter_context((place / _LOCK).open("wb"))
        _take_lock(lock)
        cleanup.callback(_remove, git, path)
        answer = git.ask("worktree", "add", "--quiet", "--detach", "--force", str(path), commit)
        if answer.status:
            raise RepositoryError(
                f"A temporary working tree of {commit[:10]} cannot be made: {answer.error.partition(chr(10))[0]}",
                hint="A clone that lacks some contents gets them with: git fetch --refetch --no-filter",
            )
        bound = (f"--git-dir={common_dir / 'worktrees' / place.name}", f"--work-tree={path}")
        yield Worktree(path=path, git=replace(git, directory=path, binding=bound))


def clear_abandoned(git: Git, *, common_dir: Path) -> None:
    """Remove the temporary working trees of this repository that nobody uses any more; those in use stay."""
    temporary = Path(tempfile.gettempdir()).resolve()
    for link in sorted((common_dir / "worktrees").glob(f"{_PREFIX}*/gitdir")):
        name = link.parent.name
        place = temporary / name
        # What the repository's own folder says is not believed where it would have something else removed.
        if not _OURS.fullmatch(name) or _read_link(link) != place / name / ".git":
            continue
        if not os.path.lexists(place):
            _remove(git, place / name)
        elif _is_own_folder(place) and _is_abandoned(place):
            _remove(git, place / name)
            _remove_folder(place)


def _read_link(link: Path) -> Path | None:
    try:
        return Path(os.fsdecode(link.read_bytes()).strip())
    except OSError:
        return None


def _is_own_folder(place: Path) -> bool:
    status = place.lstat()
    return stat.S_ISDIR(status.st_mode) and status.st_uid == os.geteuid()


def _is_abandoned(place: Path) -> bool:
    """Whether nobody holds the lock; where there is none, it is not for us to say."""
    try:
        with (place / _LOCK).open("rb") as lock:
            _take_lock(lock)
    except OSError:
        return False
    return True


def _take_lock(file: IO[bytes]) -> None:
    import fcntl  # noqa: PLC0415 - Windows has none, and the rest of this room works there

    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _remove(git: Git, path: Path) -> None:
    """Remove a working tree and git's side of it, which goes even if the folder is gone already."""
    _remove_folder(path)
    git.ask("worktree", "remove", "--force", "--force", str(path))


def _remove_folder(path: Path) -> None:
    """Remove a folder as far as that can be done; what belongs to somebody else by now stays."""
    if path.is_symlink() or not path.is_dir():
        return
    _unlock(path)
    shutil.rmtree(path, ignore_errors=True)


def _unlock(path: Path) -> None:
    """Let the folders below be written to, whatever a program did to them; links are not followed."""
    _let_in(path)
    for folder, names, _ in os.walk(path):
        for name in names:
            _let_in(Path(folder, name))


def _let_in(folder: Path) -> None:
    with contextlib.suppress(OSError):
        status = folder.lstat()
        if stat.S_ISDIR(status.st_mode) and status.st_mode & stat.S_IRWXU != stat.S_IRWXU:
            folder.chmod(stat.S_IMODE(status.st_mode) | stat.S_IRWXU)
