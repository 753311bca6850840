"""Write what a run changed into the files on disk: all of them or, if that fails half-way, a list of which."""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from autotransform.errors import Aborted, AutoTransformError, RepositoryError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from autotransform.engine.values import Changed, Run
    from autotransform.repository import Repository
    from autotransform.run import Selection

_PATHS_SHOWN = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pending:
    """One file, written beside the one that it will replace."""

    change: Changed
    target: Path
    temporary: Path


def apply_in_place(run: Run, selection: Selection, *, force: bool = False) -> tuple[str, ...]:
    """Write the changed files where they stand; the paths, in order.

    Each file is replaced in one step and keeps its mode bits. Nothing is written unless all can be.

    Args:
        run: Made from files on disk.
        selection: What the run read.
        force: Write files with uncommitted changes too. Files that changed since the run read them never are.

    Raises:
        UsageError: The run did not read files on disk.
        RepositoryError: A file has uncommitted changes, changed since, or cannot be written.
        Aborted: Ctrl-C; the details have the files that were written before it.
    """
    if selection.kind != "disk":
        raise UsageError("Only a run that reads files on disk can write them.", hint="Use --in-place.")
    if selection.repository and not force:
        _refuse_uncommitted(selection.repository, run.changed)
    _refuse_stale(selection.root, run.changed)
    with _prepared(selection.root, run.changed) as pending:
        return _replace_all(selection.root, pending)


def _refuse_uncommitted(repository: Repository, changes: Sequence[Changed]) -> None:
    paths = [change.path for change in changes]
    try:
        head = repository.resolve("HEAD")
    except RepositoryError:
        dirty = tuple(paths)
    else:
        dirty = repository.differing_paths(paths, head)
    if dirty:
        raise RepositoryError(
            f"{_counted(len(dirty))} changes that are not committed; nothing was written.",
            details=_listed(dirty),
            hint="Commit them first, or write over them with --force.",
        )


def _refuse_stale(root: Path, changes: Sequence[Changed]) -> None:
    stale = tuple(change.path for change in changes if not _is_as_read(root, change))
    if stale:
        raise RepositoryError(
            f"{_counted(len(stale))} changed since the run read the files; nothing was written.",
            details=_listed(stale),
            hint="Run the command again.",
        )


def _is_as_read(root: Path, change: Changed) -> bool:
    """Whether a file is a plain file, reached through no link, with the content that was transformed."""
    target = root / change.path
    try:
        if target.parent.resolve() != root.resolve() / Path(change.path).parent:
            return False
        if not stat.S_ISREG(target.lstat().st_mode):
            return False
        return hashlib.sha256(target.read_bytes()).hexdigest() == change.before_sha256
    except OSError:
        return False


@contextlib.contextmanager
def _prepared(root: Path, changes: Sequence[Changed]) -> Iterator[list[_Pending]]:
    """Write every new content beside its file, safely on disk; what is left of it goes away with the block."""
    pending: list[_Pending] = []
    try:
        for change in changes:
            pending.append(_prepare(root, change))  # noqa: PERF401 - those before a failure must be known
        yield pending
    finally:
        for each in pending:
            each.temporary.unlink(missing_ok=True)


def _prepare(root: Path, change: Changed) -> _Pending:
    target = root / change.path
    temporary = None
    try:
        # The name starts with a dot and does not end in .py: whatever watches the folder passes it over.
        descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=".autotransform-", suffix=".tmp")
        temporary = Path(name)
        with open(descriptor, "wb") as stream:  # noqa: PTH123 - it is a descriptor
            stream.write(change.after)
            stream.flush()
            _copy_permissions(target, temporary)
            os.fsync(stream.fileno())
    except BaseException as error:
        if temporary:
            temporary.unlink(missing_ok=True)
        if isinstance(error, OSError):
            raise RepositoryError(
                f"{change.path} cannot be written: {error.strerror or error}; nothing was written.",
                hint="Mend that, then run the command again.",
            ) from error
        raise
    return _Pending(change=change, target=target, temporary=temporary)


def _copy_permissions(source: Path, temporary: Path) -> None:
    status = source.stat()
    if hasattr(os, "chown"):
        # Only root can give a file away; for anybody else it stays theirs.
        with contextlib.suppress(PermissionError):
            os.chown(temporary, status.st_uid, status.st_gid)
    # After the owner: changing that clears set-user-ID bits.
    temporary.chmod(stat.S_IMODE(status.st_mode))


def _replace_all(root: Path, pending: Sequence[_Pending]) -> tuple[str, ...]:
    written: list[str] = []
    try:
        for each in pending:
            if not _is_as_read(root, each.change):
                raise _stopped(f"{each.change.path} changed in the meantime.", written)
            each.temporary.replace(each.target)
            written.append(each.change.path)
    except OSError as error:
        raise _stopped(f"{error.filename2 or error.filename}: {error.strerror}.", written) from error
    except KeyboardInterrupt:
        raise Aborted("Interrupted.", details=_written_lines(written)) from None
    for folder in {each.target.parent for each in pending}:
        _sync_folder(folder)
    return tuple(written)


def _stopped(reason: str, written: Sequence[str]) -> AutoTransformError:
    hint = "Look at what was written with `git diff`, then run the command again for the rest."
    return RepositoryError(reason, details=_written_lines(written), hint=hint if written else "Run the command again.")


def _written_lines(written: Sequence[str]) -> tuple[str, ...]:
    return tuple(f"written: {path}" for path in written) or ("Nothing was written.",)


def _sync_folder(folder: Path) -> None:
    """Make the new names last through a power cut, where the system allows it."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _counted(count: int) -> str:
    return "1 file has" if count == 1 else f"{count} files have"


def _listed(paths: Sequence[str]) -> tuple[str, ...]:
    more = len(paths) - _PATHS_SHOWN
    return (*paths[:_PATHS_SHOWN], *([f"and {more} more"] if more > 0 else []))
