"""A selection that was read once: what the page's runs read again and again, held in memory."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

from autotransform.run import Selection

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator, Mapping

    from autotransform.run import SourceFile

#: Bytes that are held; of a larger tree, the rest is read again each time.
_MOST = 256 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptSelection(Selection):
    """The same files, with what they hold; what reads them gives the same in the same order."""

    contents: Mapping[str, bytes]

    def attempt(self, files: Iterable[SourceFile]) -> Generator[tuple[SourceFile, bytes | OSError], None, None]:
        """Read files of the tree in order, from memory as far as they are there."""
        for file in files:
            content = self.contents.get(file.path)
            if content is None:
                yield from Selection.attempt(self, (file,))
            else:
                yield file, content

    def attempt_in_any_order(self, files: Iterable[SourceFile]) -> Iterator[tuple[SourceFile, bytes | OSError]]:
        """Read files of the tree likewise; those that are not held come last."""
        others = []
        for file in files:
            content = self.contents.get(file.path)
            if content is None:
                others.append(file)
            else:
                yield file, content
        if others:
            yield from Selection.attempt_in_any_order(self, others)

    def read_all(self) -> Iterator[tuple[SourceFile, bytes]]:
        """Read the selected files in path order; those that cannot be read are left out."""
        return ((file, content) for file, content in self.attempt(self.files) if isinstance(content, bytes))

    def read_sources(self) -> Iterator[tuple[SourceFile, bytes]]:
        """Read every Python file of the tree likewise."""
        return ((file, content) for file, content in self.attempt(self.sources) if isinstance(content, bytes))


def keep_contents(selection: Selection, *, most: int = _MOST) -> KeptSelection:
    """Read every Python file of a selection's tree, up to so many bytes altogether."""
    contents: dict[str, bytes] = {}
    size = 0
    for file, content in selection.attempt_in_any_order(selection.sources):
        if isinstance(content, bytes) and size + len(content) <= most:
            contents[file.path] = content
            size += len(content)
    given = {field.name: getattr(selection, field.name) for field in fields(Selection)}
    return KeptSelection(**given, contents=contents)


def narrow(selection: KeptSelection, paths: Iterable[str]) -> tuple[SourceFile, ...]:
    """Give the selected files that are called so, or lie in a folder that is; no path leads anywhere else."""
    wanted = {path.strip("/") for path in paths}
    folders = tuple(f"{path}/" for path in wanted)
    return tuple(file for file in selection.files if file.path in wanted or file.path.startswith(folders))
