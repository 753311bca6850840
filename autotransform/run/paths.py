"""The PATHS of a command: from how a person types them to what they mean in the tree."""

from __future__ import annotations

import bisect
import difflib
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from autotransform.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Files and folders that were asked for."""

    #: Relative to the root, forward slashes; ``""`` is the root itself. Empty: everything is wanted.
    paths: tuple[str, ...] = ()
    #: The same, as they were typed.
    given: tuple[str, ...] = ()

    def covers(self, path: str) -> bool:
        """Tell whether a file is wanted."""
        return not self.paths or any(_holds(wanted, path) for wanted in self.paths)

    def names(self, path: str) -> bool:
        """Tell whether a file is asked for by its own name, and not only by a folder's."""
        return path in self.paths

    def notes_on_excluded(self, excluded: set[str]) -> tuple[str, ...]:
        """Say which files were asked for by name and are excluded all the same."""
        return tuple(
            f"{path} is left out: `exclude` in [tool.autotransform] matches it."
            for path in self.paths
            if path in excluded
        )

    def require_in(self, tree: tuple[str, ...], *, label: str, root: Path | None) -> None:
        """Check that each path is a file or a folder of the tree.

        Args:
            tree: Every path of the tree, in path order.
            label: Where we looked, for the message.
            root: Where its files stand on disk, to find out why one is not in the tree; ``None``: nowhere.

        Raises:
            UsageError: One is not, with the likely cause.
        """
        keys = [os.fsencode(path) for path in tree]
        for wanted, given in zip(self.paths, self.given, strict=True):
            if not _is_in(wanted, keys):
                asked = f"{given} (that is, {wanted})" if os.path.normpath(given) != os.path.normpath(wanted) else given
                raise UsageError(f"There is no {asked} {label}.", hint=_likely_cause(wanted, tree=tree, root=root))


def resolve_paths(given: tuple[str, ...], *, start: Path, root: Path) -> Wanted:
    """Make what a person typed relative to the root.

    Links are not followed, but for those in the way from the file system's root to ``start`` and to ``root``.

    Raises:
        UsageError: A path leads out of the root.
    """
    return Wanted(paths=tuple(_relative(path, start=start, root=root) for path in given), given=given)


def _relative(given: str, *, start: Path, root: Path) -> str:
    real_root = os.path.realpath(root)
    here = os.path.realpath(start)
    candidates = [os.path.normpath(os.path.join(here, given))]  # noqa: PTH118 - `Path` does not take `..` out
    if os.path.isabs(given):  # noqa: PTH117
        folder, name = os.path.split(candidates[0])
        candidates.append(os.path.join(os.path.realpath(folder), name))  # noqa: PTH118
    for candidate in candidates:
        if candidate == real_root:
            return ""
        if candidate.startswith(real_root.rstrip(os.sep) + os.sep):
            return os.path.relpath(candidate, real_root).replace(os.sep, "/")
    raise UsageError(f"{given} lies outside {root}.", hint="Say where to work with -C DIR.")


def _holds(wanted: str, path: str) -> bool:
    return not wanted or path == wanted or path.startswith(wanted + "/")


def _is_in(wanted: str, keys: list[bytes]) -> bool:
    if not wanted:
        return True
    key = os.fsencode(wanted)
    for start in (key, key + b"/"):
        position = bisect.bisect_left(keys, start)
        if position < len(keys) and (keys[position] == key or keys[position].startswith(key + b"/")):
            return True
    return False


def _likely_cause(wanted: str, *, tree: tuple[str, ...], root: Path | None) -> str:
    # Unlike `Path`, these bear a name that is too long.
    if root is not None and os.path.islink(root / wanted):  # noqa: PTH114
        return "It is a symbolic link; name what it points to."
    if root is not None and os.path.exists(root / wanted):  # noqa: PTH110
        return "It is on disk but not there: `git add` and commit it, or look whether it is ignored or a submodule."
    near = difflib.get_close_matches(wanted, tree, n=3)
    relative = "PATHS are relative to the current directory, or to -C DIR."
    return f"The nearest, from the root: {' or '.join(near)}. {relative}" if near else relative
