"""What a run reads: the files of a commit, of the index, or on disk."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from autotransform.errors import RepositoryError
from autotransform.run.disk import read_below

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from autotransform.repository import Repository

#: Where the content comes from.
Kind: TypeAlias = Literal["tree", "index", "disk"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFile:
    """One file that can be read."""

    #: Relative to the root, with forward slashes.
    path: str
    #: As git writes it: ``100644``, or ``100755`` for a file that can be executed.
    mode: str = "100644"
    #: The blob; empty: read from disk.
    oid: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SelectionInputs:
    """What decided which files are selected and how they are called; enough to select them again."""

    #: As given on the command line, but relative to the root; empty: everything.
    paths: tuple[str, ...] = ()
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    source_roots: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """The files that a run is about, and the tree that they stand in."""

    #: Of the repository (a bare one: its git directory), or the folder that was walked.
    root: Path
    repository: Repository | None
    kind: Kind
    #: The commit that is read, in hex; empty unless ``kind`` is ``tree``.
    base: str
    #: In path order.
    files: tuple[SourceFile, ...]
    #: One sentence each, for the person who runs it.
    notes: tuple[str, ...] = ()
    inputs: SelectionInputs = SelectionInputs()
    #: Every Python file of the tree, selected or not, in path order: what names mean depends on all of them.
    sources: tuple[SourceFile, ...] = ()
    #: Paths of the tree's project files (``pyproject.toml`` and the like), which mark source roots.
    project_files: tuple[str, ...] = ()

    def read(self, file: SourceFile) -> bytes:
        """Read one file.

        Raises:
            RepositoryError: It cannot be read.
        """
        content = next(self._read_each((file,)))[1]
        if isinstance(content, OSError):
            raise RepositoryError(f"Cannot read {file.path}: {content.strerror or content}.")
        return content

    def read_all(self) -> Iterator[tuple[SourceFile, bytes]]:
        """Read the selected files in path order, a few at a time; those that cannot be read are left out."""
        return _readable(self._read_each(self.files))

    def read_sources(self) -> Iterator[tuple[SourceFile, bytes]]:
        """Read every Python file of the tree likewise."""
        return _readable(self._read_each(self.sources))

    def attempt_all(self) -> Iterator[tuple[SourceFile, bytes | OSError]]:
        """Read the selected files in path order, with the error for each that cannot be read."""
        return self._read_each(self.files)

    def _read_each(self, files: tuple[SourceFile, ...]) -> Iterator[tuple[SourceFile, bytes | OSError]]:
        if self.kind == "disk" or self.repository is None:
            return ((file, read_below(self.root, file.path)) for file in files)
        return zip(files, self.repository.read_many([file.oid for file in files]), strict=True)


def _readable(pairs: Iterable[tuple[SourceFile, bytes | OSError]]) -> Iterator[tuple[SourceFile, bytes]]:
    return ((file, content) for file, content in pairs if isinstance(content, bytes))
