"""The one reading of all files that comes before anything is parsed: which may change, and what else they tell.

What comes out depends on the files, on the script's mentions and targets, and on nothing else.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from autotransform.engine.values import Skipped
from autotransform.run.gate import Gate, is_generated, is_transform
from autotransform.run.reexports import Reexports
from autotransform.run.unread import UnreadWords

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from autotransform.engine.values import FileContext, FileWords
    from autotransform.run.contexts import Contexts
    from autotransform.run.selection import Selection, SourceFile


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A file that has to be parsed."""

    file: SourceFile
    #: In bytes.
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sifted:
    """What the reading found out."""

    #: The largest first, so that no worker is left alone with it at the end; then in path order.
    candidates: tuple[Candidate, ...]
    #: In path order.
    skipped: tuple[Skipped, ...]
    #: Files that need not be parsed.
    gated: tuple[SourceFile, ...]
    #: Other names of the targets; see `find_reexports`.
    reexports: tuple[tuple[str, str], ...]
    #: The words of targets in what is gated, in path order.
    unread: tuple[FileWords, ...]


def sift(
    selection: Selection,
    *,
    mentions: tuple[str, ...] | None,
    targets: tuple[str, ...],
    contexts: Contexts,
    on_file: Callable[[Candidate | Skipped | None], None],
) -> Sifted:
    """Read every file once, and hold none.

    Args:
        selection: What to read: the selected files, and where there are targets every Python file of the tree.
        mentions: Of the script; ``None``: every file may change.
        targets: Of the script.
        contexts: Of the tree.
        on_file: Called for each selected file with what it is; ``None``: it is gated.

    Raises:
        RepositoryError: Git cannot read what it holds.
    """
    return _Sieve(selection, mentions=mentions, targets=targets, contexts=contexts).sift(on_file)


class _Sieve:
    def __init__(
        self, selection: Selection, *, mentions: tuple[str, ...] | None, targets: tuple[str, ...], contexts: Contexts
    ) -> None:
        self._selection = selection
        self._contexts = contexts
        self._gate = Gate(mentions)
        self._unread = UnreadWords(targets)
        self._reexports = Reexports(targets, modules=contexts.modules()) if targets else None
        self._candidates: list[Candidate] = []
        self._skipped: list[Skipped] = []
        self._gated: list[SourceFile] = []

    def sift(self, on_file: Callable[[Candidate | Skipped | None], None]) -> Sifted:
        for file, content in self._read():
            if isinstance(content, OSError):
                on_file(self._skip(file, reason=f"cannot be read: {content.strerror or content}"))
            elif why := self._why_gated(content):
                self._gated.append(file)
                self._unread.add(file.path, content, why=why)
                on_file(None)
            elif is_generated(content):
                on_file(self._skip(file, reason="its leading comment says @generated"))
            else:
                self._candidates.append(Candidate(file=file, size=len(content)))
                on_file(self._candidates[-1])
        return Sifted(
            candidates=tuple(sorted(self._candidates, key=lambda each: (-each.size, os.fsencode(each.file.path)))),
            skipped=tuple(sorted(self._skipped, key=lambda each: os.fsencode(each.path))),
            gated=tuple(sorted(self._gated, key=lambda each: os.fsencode(each.path))),
            reexports=self._reexports.finish(self._sources) if self._reexports else (),
            unread=self._unread.files,
        )

    def _read(self) -> Iterator[tuple[SourceFile, bytes | OSError]]:
        """Give the selected files; what others say of the targets is taken in on the way."""
        if self._reexports is None:
            yield from self._selection.attempt_in_any_order(self._selection.files)
            return
        selected = {file.path for file in self._selection.files}
        others = [file for file in self._selection.sources if file.path not in selected]
        for file, content in self._selection.attempt_in_any_order([*self._selection.files, *others]):
            if isinstance(content, bytes) and self._reexports.concerns(content):
                self._reexports.read(self._contexts[file.path], content)
            if file.path in selected:
                yield file, content

    def _sources(self) -> Iterable[tuple[FileContext, bytes]]:
        for file, content in self._selection.attempt_in_any_order(self._selection.sources):
            if isinstance(content, bytes):
                yield self._contexts[file.path], content

    def _skip(self, file: SourceFile, *, reason: str) -> Skipped:
        self._skipped.append(Skipped(path=file.path, reason=reason))
        return self._skipped[-1]

    def _why_gated(self, content: bytes) -> str:
        """Say why a file need not be parsed; empty when it must be."""
        if not self._gate.admits(content):
            return "the file holds none of MENTIONS"
        return "the file is a transform itself" if is_transform(content) else ""
