"""Write what a run changed into the files on disk: all of them or, if that fails half-way, a list of which."""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import stat
from dataclasses import dataclass
from typing import TYPE_CHECKING

from autotransform.errors import Aborted, AutoTransformError, RepositoryError, UsageError
from autotransform.run.disk import open_folder, read_below, read_plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from autotransform.engine.values import Changed, Run
    from autotransform.repository import Repository
    from autotransform.run import Selection

_PATHS_SHOWN = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pending:
    """One file, written beside the one that it will replace."""

    change: Changed
    folder: str
    name: str
    #: Name of the new file, in the same folder.
    temporary: str


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
    content = read_below(root, change.path)
    return isinstance(content, bytes) and _is_digest_of(content, change)


def _is_digest_of(content: bytes, change: Changed) -> bool:
    return hashlib.sha256(content).hexdigest() == change.before_sha256


@contextlib.contextmanager
def _prepared(root: Path, changes: Sequence[Changed]) -> Iterator[list[_Pending]]:
    """Write every new content beside its file, safely on disk; what is left of it goes away with the block."""
    pending: list[_Pending] = []
    try:
        for change in changes:
            folder, _, name = change.path.rpartition("/")
            # The name starts with a dot and does not end in .py: whatever watches the folder passes it over.
            temporary = f".autotransform-{secrets.token_hex(8)}.tmp"
            pending.append(_Pending(change=change, folder=folder, name=name, temporary=temporary))
            _prepare(root, pending[-1])
        yield pending
    finally:
        for each in pending:
            with contextlib.suppress(OSError), open_folder(root, each.folder) as above:
                os.unlink(each.temporary, dir_fd=above)


def _prepare(root: Path, pending: _Pending) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW
    try:
        with open_folder(root, pending.folder) as above:
            status = os.stat(pending.name, dir_fd=above, follow_symlinks=False)
            descriptor = os.open(pending.temporary, flags, 0o600, dir_fd=above)
        with open(descriptor, "wb") as stream:  # noqa: PTH123 - it is a descriptor
            stream.write(pending.change.after)
            stream.flush()
            _copy_permissions(status, descriptor)
            os.fsync(descriptor)
    except OSError as error:
        raise RepositoryError(
            f"{pending.change.path} cannot be written: {error.strerror or error}; nothing was written.",
            hint="Mend that, then run the command again.",
        ) from error


def _copy_permissions(status: os.stat_result, descriptor: int) -> None:
    # Only root can give a file away; for anybody else it stays theirs.
    with contextlib.suppress(PermissionError):
        os.fchown(descriptor, status.st_uid, status.st_gid)
    # After the owner: changing that clears set-user-ID bits.
    os.fchmod(descriptor, stat.S_IMODE(status.st_mode))


def _replace_all(root: Path, pending: Sequence[_Pending]) -> tuple[str, ...]:
    written: list[str] = []
    try:
        for each in pending:
            if reason := _replace(root, each):
                raise _stopped(f"{each.change.path} {reason}.", written)
            written.append(each.change.path)
    except KeyboardInterrupt:
        raise Aborted("Interrupted.", details=_written_lines(written)) from None
    for folder in {each.folder for each in pending}:
        _sync_folder(root / folder)
    return tuple(written)


def _replace(root: Path, pending: _Pending) -> str:
    """Put the new file in the place of the old one, if that is what was read; else give the reason."""
    try:
        with open_folder(root, pending.folder) as above:
            # Looked at and replaced in the same folder, even if a link takes the folder's place between the two.
            if not _is_digest_of(read_plain(pending.name, above=above), pending.change):
                return "changed in the meantime"
            os.replace(pending.temporary, pending.name, src_dir_fd=above, dst_dir_fd=above)
    except OSError as error:
        return f"cannot be replaced: {error.strerror or error}"
    return ""


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
