"""Under which name each file of a tree is imported."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from typing import TYPE_CHECKING

from autotransform.engine.values import FileContext

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

#: Files that mark the root of a project.
PROJECT_FILES = frozenset({"pyproject.toml", "setup.py", "setup.cfg"})

#: Of Python source.
SUFFIXES = (".py", ".pyi")
_TELLING = ("__init__.py", "__init__.pyi", *PROJECT_FILES)


def is_python(path: str) -> bool:
    """Tell whether a path names Python source."""
    return path.endswith(SUFFIXES)


def file_contexts(paths: Iterable[str], *, source_roots: tuple[str, ...] = ()) -> Contexts:
    """Find module and package of every Python file of a tree; see `Contexts`."""
    return Contexts(paths, source_roots=source_roots)


class Contexts(Mapping[str, FileContext]):
    """Module and package of every Python file of a tree, each found when somebody asks for it.

    A configured source root wins, the longest first. Else the shallowest directory above the file that holds an
    ``__init__`` is its top package, and the names start below the last ``src`` above that package, or else with it.
    A file in no package is named from the last ``src`` above it, or from the nearest directory with a project file, or
    from the root of the tree. What cannot be imported by name has an empty module.

    Args:
        paths: Every Python file of the tree, not of the selection alone, and every project file.
        source_roots: Directories from which modules are imported.
        reexports: Other names of a script's targets, for every file the same.
    """

    def __init__(
        self,
        paths: Iterable[str],
        *,
        source_roots: tuple[str, ...] = (),
        reexports: tuple[tuple[str, str], ...] = (),
    ) -> None:
        everything = tuple(paths)
        self._paths = dict.fromkeys(path for path in everything if is_python(path))
        self._folders = _Folders(everything, source_roots=source_roots)
        self._reexports = reexports
        #: Of each directory, the dotted name of what stands in it; ``None`` where that cannot be imported.
        self._packages: dict[str, str | None] = {}

    def __getitem__(self, path: str) -> FileContext:
        if path not in self._paths:
            raise KeyError(path)
        package = self._package_of(path.rpartition("/")[0]) or ""
        return FileContext(path=path, module=self.module_of(path), package=package, reexports=self._reexports)

    def __iter__(self) -> Iterator[str]:
        return iter(self._paths)

    def __len__(self) -> int:
        return len(self._paths)

    def module_of(self, path: str) -> str:
        """Give the name under which a file is imported; empty when it cannot be."""
        folder, _, name = path.rpartition("/")
        package = self._package_of(folder)
        stem = name.rpartition(".")[0]
        if package is None or stem == "__init__":
            return package or ""
        if not stem.isidentifier():
            return ""
        return f"{package}.{stem}" if package else stem

    def modules(self) -> frozenset[str]:
        """Give the name of every module."""
        return frozenset(map(self.module_of, self._paths)) - {""}

    def with_reexports(self, reexports: tuple[tuple[str, str], ...]) -> Contexts:
        """Give the same, with other names of a script's targets."""
        known = copy.copy(self)
        known._reexports = reexports  # noqa: SLF001 - of its own kind
        return known

    def _package_of(self, folder: str) -> str | None:
        if folder not in self._packages:
            split = _split(folder)
            parts = list(split[self._folders.root_depth(split) :])
            # Stubs of a distribution stand in a folder of their own, ``pkg-stubs``, and are about ``pkg`` (PEP 561).
            parts[:1] = [part.removesuffix("-stubs") for part in parts[:1]]
            self._packages[folder] = ".".join(parts) if all(part.isidentifier() for part in parts) else None
        return self._packages[folder]


class _Folders:
    """What stands in the directories of a tree, as far as names depend on it."""

    def __init__(self, paths: tuple[str, ...], *, source_roots: tuple[str, ...]) -> None:
        split = [path.rpartition("/") for path in paths if path.endswith(_TELLING)]
        self._packages = {_split(folder) for folder, _, name in split if name in {"__init__.py", "__init__.pyi"}}
        self._projects = {_split(folder) for folder, _, name in split if name in PROJECT_FILES}
        roots = {_split(root.strip().replace("\\", "/")) for root in source_roots}
        self._source_roots = sorted(roots, key=len, reverse=True)

    def root_depth(self, folder: tuple[str, ...]) -> int:
        """Tell how many leading parts of a directory are no part of its modules' names."""
        for root in self._source_roots:
            if folder[: len(root)] == root:
                return len(root)
        for depth in range(1, len(folder) + 1):
            if folder[:depth] in self._packages:
                return _after_src(folder[: depth - 1], default=depth - 1)
        projects = [depth for depth in range(len(folder) + 1) if folder[:depth] in self._projects]
        return _after_src(folder, default=max(projects, default=0))


def _after_src(folder: tuple[str, ...], *, default: int) -> int:
    return max((depth for depth, part in enumerate(folder, start=1) if part == "src"), default=default)


def _split(folder: str) -> tuple[str, ...]:
    return tuple(part for part in folder.split("/") if part not in {"", "."})
