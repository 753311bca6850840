"""The words that TARGETS ask about in files that no worker has read, or that stay as they were."""

from __future__ import annotations

import os
from dataclasses import replace
from typing import TYPE_CHECKING

from autotransform.engine.spots import find_spots, words_of
from autotransform.engine.values import Failed, FileWords, Skipped, Word

if TYPE_CHECKING:
    from collections.abc import Iterable

    from autotransform.engine.values import Outcome
    from autotransform.run.selection import Selection


class UnreadWords:
    """Collects the words, file by file. Costs nothing for a script without targets, and little for the others."""

    def __init__(self, targets: Iterable[str], *, files: Iterable[FileWords] = ()) -> None:
        self._words = words_of(targets)
        self._needles = [word.encode() for word in self._words]
        self._files = [*files]

    @property
    def files(self) -> tuple[FileWords, ...]:
        """What was found, in path order."""
        return tuple(sorted(self._files, key=lambda file: os.fsencode(file.path)))

    def add(self, path: str, content: bytes, *, why: str) -> None:
        """Take the words of one file in.

        Its encoding does not matter: lines and columns are right wherever a letter is one byte, and in UTF-8.
        """
        # Most files hold none, and this is the fastest way to know.
        for needle in self._needles:
            if needle in content:
                break
        else:
            return
        text = content.decode("utf-8", "surrogateescape").removeprefix("\ufeff")
        words = tuple(
            Word(line=spot.line, column=spot.column, name=spot.word, fate="unread", why=why)
            for spot in find_spots(text, words=self._words)
        )
        if words:
            self._files.append(FileWords(path=path, words=words))

    def add_left(self, outcomes: Iterable[Outcome], selection: Selection) -> None:
        """Read the files again that were skipped or failed, and take their words in."""
        whys = {outcome.path: _why(outcome) for outcome in outcomes if isinstance(outcome, Skipped | Failed)}
        if not self._words or not whys:
            return
        again = replace(selection, files=tuple(file for file in selection.files if file.path in whys))
        for file, content in again.read_all():
            self.add(file.path, content, why=whys[file.path])


def _why(outcome: Skipped | Failed) -> str:
    if isinstance(outcome, Skipped):
        return f"the file was skipped: {outcome.reason}"
    return f"the script failed on the file: {outcome.reason}"
