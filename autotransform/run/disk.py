"""Files on disk: find them, and leave alone what is not a plain file of the tree itself."""

from __future__ import annotations

import contextlib
import itertools
import os
import stat
from typing import TYPE_CHECKING

from autotransform.repository import LARGEST, too_large

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

#: Folders that hold no source of one's own.
_PASSED_OVER = frozenset({".git", ".hg", ".venv", "__pycache__", "node_modules"})

#: How many folders are kept open at once, and how much of a file is read at once that has grown.
_MOST_OPEN = 64
_PART = 1 << 16

_NO_LINK = getattr(os, "O_NOFOLLOW", 0)
# Only to go through it: a folder need not be readable for that.
_FOLDER = getattr(os, "O_PATH", os.O_RDONLY) | getattr(os, "O_DIRECTORY", 0)
_CONTENT = os.O_RDONLY | _NO_LINK | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


def walk(root: Path) -> Iterator[str]:
    """Find every file below a folder, relative to it; links are not followed."""
    # Not `os.walk`: it recurses on Python 3.11, and a tree may be deeper than that allows.
    folders = [""]
    while folders:
        prefix = folders.pop()
        try:
            entries = sorted(os.scandir(root / prefix), key=lambda entry: entry.name)
        except OSError:
            continue
        for entry in entries:
            if not entry.is_dir(follow_symlinks=False):
                yield prefix + entry.name
            elif entry.name not in _PASSED_OVER:
                folders.append(f"{prefix}{entry.name}/")


def on_disk(root: Path, paths: Iterable[str]) -> dict[str, str]:
    """Give git's mode of each path that is a plain file there, reached through no link."""
    trusted: dict[str, bool] = {"": True}
    found = {}
    top = os.fspath(root)
    for path in paths:
        if not _is_real_folder(path.rpartition("/")[0], root=top, known=trusted):
            continue
        try:
            status = os.lstat(f"{top}/{path}")
        except OSError:
            continue
        if stat.S_ISREG(status.st_mode):
            found[path] = "100755" if status.st_mode & stat.S_IXUSR else "100644"
    return found


@contextlib.contextmanager
def open_folder(root: Path, folder: str) -> Iterator[int]:
    """Open a folder of a tree, through no link below the root; gives a descriptor.

    Whoever works with that and the name of a file stays in the tree, whatever becomes of the folders meanwhile.

    Raises:
        OSError: There is no such folder, or a link stands in the way.
    """
    descriptor = os.open(root, _FOLDER)
    try:
        for part in filter(None, folder.split("/")):
            inner = os.open(part, _FOLDER | _NO_LINK, dir_fd=descriptor)
            os.close(descriptor)
            descriptor = inner
        yield descriptor
    finally:
        os.close(descriptor)


def read_below(root: Path, path: str, *, largest: int = LARGEST) -> bytes | OSError:
    """Read a plain file of a tree, through no link below the root; gives the error where that cannot be done."""
    folder, _, name = path.rpartition("/")
    try:
        with open_folder(root, folder) as above:
            return read_plain(name, above=above, largest=largest)
    except (OSError, ValueError) as error:
        return error if isinstance(error, OSError) else OSError(0, str(error))


def read_each(root: Path, paths: Iterable[str]) -> Iterator[bytes | OSError]:
    """Read files of a tree as `read_below` does, in order; fast where files of one folder follow each other."""
    way = _Way(root)
    try:
        for path in paths:
            folder, _, name = path.rpartition("/")
            try:
                # Each folder on the way stays open.
                is_deep = folder.count("/") >= _MOST_OPEN
                yield read_below(root, path) if is_deep else read_plain(name, above=way.to(folder))
            except OSError as error:
                yield error
            except ValueError as error:
                yield OSError(0, str(error))
    finally:
        way.close()


class _Way:
    """The folders from the root to the one that was asked for last, all of them open."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._folder = ""
        self._parts: list[str] = []
        self._open: list[int] = []

    def to(self, folder: str) -> int:
        """Give a descriptor of a folder, which is good until the next one is asked for; through no link.

        Raises:
            OSError: There is no such folder, or a link stands in the way.
        """
        if not self._open:
            self._open.append(os.open(self._root, _FOLDER))
        if folder != self._folder:
            parts = [part for part in folder.split("/") if part]
            pairs = zip(parts, self._parts, strict=False)
            self._leave(1 + sum(1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1], pairs)))
            for part in parts[len(self._parts) :]:
                self._open.append(os.open(part, _FOLDER | _NO_LINK, dir_fd=self._open[-1]))
                self._parts.append(part)
                self._folder = "/".join(self._parts)
        return self._open[-1]

    def close(self) -> None:
        """Let go of all of them."""
        self._leave(0)

    def _leave(self, count: int) -> None:
        """Let go of all but the first few."""
        for descriptor in self._open[count:]:
            os.close(descriptor)
        del self._open[count:]
        del self._parts[max(0, count - 1) :]
        self._folder = "/".join(self._parts)


def read_loosely(path: str, *, largest: int = LARGEST) -> bytes | None:
    """Read whatever plain file there may be, links or not; for a content that is held against its digest."""
    try:
        return read_plain(path, largest=largest)
    except (OSError, ValueError):
        return None


def read_plain(name: str, *, above: int | None = None, largest: int = LARGEST) -> bytes:
    """Read a plain file, if it is no link and not too large.

    Args:
        name: Its path, or its name in ``above``.
        above: The descriptor of its folder.
        largest: How many bytes are read at the most.

    Raises:
        OSError: It is, or it cannot be read.
    """
    # Between choosing and reading somebody may have put a link or a pipe in the file's place.
    descriptor = os.open(name, _CONTENT, dir_fd=above)
    try:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            raise OSError(0, "not a regular file")
        if status.st_size > largest:
            raise too_large(status.st_size, largest=largest)
        content = _read_to_end(descriptor, expected=status.st_size, largest=largest)
    finally:
        os.close(descriptor)
    if len(content) > largest:
        raise too_large(len(content), largest=largest)
    return content


def _read_to_end(descriptor: int, *, expected: int, largest: int) -> bytes:
    """Read what is expected, and what has grown since, up to one byte too many."""
    content = os.read(descriptor, expected)
    if len(content) == expected and not (more := os.read(descriptor, 1)):
        return content
    parts = [content] if len(content) < expected else [content, more]
    left = largest + 1 - sum(map(len, parts))
    while left > 0 and (part := os.read(descriptor, min(left, _PART))):
        parts.append(part)
        left -= len(part)
    return b"".join(parts)


def _is_real_folder(folder: str, *, root: str, known: dict[str, bool]) -> bool:
    """Tell whether every part of a folder's way is a directory, and none a link that leads elsewhere."""
    unknown = []
    while folder not in known:
        unknown.append(folder)
        folder = folder.rpartition("/")[0]
    is_real = known[folder]
    for deeper in reversed(unknown):
        is_real = is_real and _is_directory(f"{root}/{deeper}")
        known[deeper] = is_real
    return is_real


def _is_directory(path: str) -> bool:
    try:
        return stat.S_ISDIR(os.lstat(path).st_mode)
    except OSError:
        return False
