"""Under which name each file of a tree is imported."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autotransform.engine.values import FileContext

if TYPE_CHECKING:
    from collections.abc import Iterable

#: Files that mark the root of a project.
PROJECT_FILES = frozenset({"pyproject.toml", "setup.py", "setup.cfg"})

_SUFFIXES = (".py", ".pyi")


def is_python(path: str) -> bool:
    """Tell whether a path names Python source."""
    return path.endswith(_SUFFIXES)


def file_contexts(paths: Iterable[str], *, source_roots: tuple[str, ...] = ()) -> dict[str, FileContext]:
    """Find module and package of every Python file of a tree.

    A configured source root wins, the longest first. Else the shallowest directory above the file that holds an
    ``__init__`` is its top package, and the names start below the last ``src`` above that package, or else with it.
    A file in no package is named from the last ``src`` above it, or from the nearest directory with a project file, or
    from the root of the tree. What cannot be imported by name has an empty module.

    Args:
        paths: Every Python file of the tree, not of the selection alone, and every project file.
        source_roots: Directories from which modules are imported.
    """
    everything = tuple(paths)
    folders = _Folders(everything, source_roots=source_roots)
    return {path: _context(path, skip=folders.root_depth(_parts(path))) for path in everything if is_python(path)}


class _Folders:
    """What stands in the directories of a tree, as far as names depend on it."""

    def __init__(self, paths: tuple[str, ...], *, source_roots: tuple[str, ...]) -> None:
        split = [path.rpartition("/") for path in paths]
        self._packages = {_split(folder) for folder, _, name in split if name in {"__init__.py", "__init__.pyi"}}
        self._projects = {_split(folder) for folder, _, name in split if name in PROJECT_FILES}
        roots = {_split(root.strip().replace("\\", "/")) for root in source_roots}
        self._source_roots = sorted(roots, key=len, reverse=True)
        self._known: dict[tuple[str, ...], int] = {}

    def root_depth(self, folder: tuple[str, ...]) -> int:
        """Tell how many leading parts of a directory are no part of its modules' names."""
        if folder not in self._known:
            self._known[folder] = self._find_root_depth(folder)
        return self._known[folder]

    def _find_root_depth(self, folder: tuple[str, ...]) -> int:
        for root in self._source_roots:
            if folder[: len(root)] == root:
                return len(root)
        for depth in range(1, len(folder) + 1):
            if folder[:depth] in self._packages:
                return _after_src(folder[: depth - 1], default=depth - 1)
        projects = [depth for depth in range(len(folder) + 1) if folder[:depth] in self._projects]
        return _after_src(folder, default=max(projects, default=0))


def _context(path: str, *, skip: int) -> FileContext:
    folder = list(_parts(path)[skip:])
    # Stubs of a distribution stand in a folder of their own, ``pkg-stubs``, and are about ``pkg`` (PEP 561).
    folder[:1] = [part.removesuffix("-stubs") for part in folder[:1]]
    stem = path.rpartition("/")[2].rpartition(".")[0]
    module = folder if stem == "__init__" else [*folder, stem]
    return FileContext(path=path, module=_dotted(module), package=_dotted(folder))


def _after_src(folder: tuple[str, ...], *, default: int) -> int:
    return max((depth for depth, part in enumerate(folder, start=1) if part == "src"), default=default)


def _parts(path: str) -> tuple[str, ...]:
    return _split(path.rpartition("/")[0])


def _split(folder: str) -> tuple[str, ...]:
    return tuple(part for part in folder.split("/") if part not in {"", "."})


def _dotted(parts: list[str]) -> str:
    return ".".join(parts) if all(part.isidentifier() for part in parts) else ""
