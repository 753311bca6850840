"""What a run reads: the files of a commit, of the index, or on disk."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from autotransform.errors import RepositoryError
from autotransform.run.disk import read_each, read_loosely

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator
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
        return next(self.read_these((file,)))

    def read_these(self, files: Iterable[SourceFile]) -> Iterator[bytes]:
        """Read files of the tree in order, one at a time, however many there are from one process.

        Raises:
            RepositoryError: One of them cannot be read.
        """
        for file, content in self.attempt(files):
            if isinstance(content, OSError):
                raise RepositoryError(f"Cannot read {file.path}: {content.strerror or content}.")
            yield content

    def read_all(self) -> Iterator[tuple[SourceFile, bytes]]:
        """Read the selected files in path order, a few at a time; those that cannot be read are left out."""
        return _readable(self._read_each(self.files))

    def read_sources(self) -> Iterator[tuple[SourceFile, bytes]]:
        """Read every Python file of the tree likewise."""
        return _readable(self._read_each(self.sources))

    def attempt(self, files: Iterable[SourceFile]) -> Generator[tuple[SourceFile, bytes | OSError], None, None]:
        """Read files of the tree in order, one at a time, with the error for each that cannot be read."""
        repository = self.repository
        if self.kind == "disk" or repository is None or repository.root is None:
            yield from self._read_each(tuple(files))
            return
        asked: list[str] = []
        with closing(repository.read_many(iter(asked.pop, ""), ahead=1)) as answers:
            for file in files:
                content = self._find_on_disk(file, repository=repository)
                if content is None:
                    asked.append(file.oid)
                yield file, next(answers) if content is None else content

    def attempt_in_any_order(self, files: Iterable[SourceFile]) -> Iterator[tuple[SourceFile, bytes | OSError]]:
        """Read files of the tree likewise, in whatever order is the fastest; meant for many of them."""
        repository = self.repository
        if self.kind == "disk" or repository is None or repository.root is None:
            yield from self._read_each(tuple(files))
            return
        others = []
        for file in files:
            content = self._find_on_disk(file, repository=repository)
            if content is None:
                others.append(file)
            else:
                yield file, content
        yield from self._read_each(tuple(others))

    def _find_on_disk(self, file: SourceFile, *, repository: Repository) -> bytes | None:
        """Read from disk what stands there just as git holds it, which costs a quarter; ``None`` where it does not.

        It is that if it has the very id that git has for it; so nothing that happens on disk can change what is read.
        """
        content = read_loosely(f"{repository.root}/{file.path}")
        return content if content is not None and repository.oid_of(content) == file.oid else None

    def _read_each(self, files: tuple[SourceFile, ...]) -> Iterator[tuple[SourceFile, bytes | OSError]]:
        if self.kind == "disk" or self.repository is None:
            return zip(files, read_each(self.root, [file.path for file in files]), strict=True)
        return zip(files, self.repository.read_many([file.oid for file in files]), strict=True)


def _readable(pairs: Iterable[tuple[SourceFile, bytes | OSError]]) -> Iterator[tuple[SourceFile, bytes]]:
    return ((file, content) for file, content in pairs if isinstance(content, bytes))
