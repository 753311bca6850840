"""Files on disk: find them, and leave alone what is not a plain file of the tree itself."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

#: Folders that hold no source of one's own.
_PASSED_OVER = frozenset({".git", ".hg", ".venv", "__pycache__", "node_modules"})


def walk(root: Path) -> Iterator[str]:
    """Find every file below a folder, relative to it; links are not followed."""
    for folder, folders, names in os.walk(root):
        folders[:] = [name for name in folders if name not in _PASSED_OVER]
        prefix = os.path.relpath(folder, root).replace(os.sep, "/")
        yield from (name if prefix == "." else f"{prefix}/{name}" for name in names)


def on_disk(root: Path, paths: Iterable[str]) -> dict[str, str]:
    """Give git's mode of each path that is a plain file there, reached through no link."""
    trusted: dict[str, bool] = {"": True}
    found = {}
    for path in paths:
        if not _is_real_folder(path.rpartition("/")[0], root=root, known=trusted):
            continue
        try:
            status = os.lstat(root / path)
        except OSError:
            continue
        if stat.S_ISREG(status.st_mode):
            found[path] = "100755" if status.st_mode & stat.S_IXUSR else "100644"
    return found


def _is_real_folder(folder: str, *, root: Path, known: dict[str, bool]) -> bool:
    """Tell whether every part of a folder's way is a directory, and none a link that leads elsewhere."""
    if folder not in known:
        parent = folder.rpartition("/")[0]
        known[folder] = _is_real_folder(parent, root=root, known=known) and _is_directory(root / folder)
    return known[folder]


def _is_directory(path: Path) -> bool:
    try:
        return stat.S_ISDIR(os.lstat(path).st_mode)
    except OSError:
        return False
