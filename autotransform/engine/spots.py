"""Where in a text the words stand that a script's TARGETS ask about: text alone, no tree."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

#: As LibCST counts lines, and unlike `str.splitlines`.
_LINE_END = re.compile(r"\r\n?|\n")


@dataclass(frozen=True, slots=True, order=True)
class Spot:
    """One occurrence of a word."""

    #: In characters, from the start of the text.
    offset: int
    #: 1-based.
    line: int
    #: 1-based, in characters.
    column: int
    word: str

    @property
    def end(self) -> int:
        """Where it ends, in characters from the start of the text."""
        return self.offset + len(self.word)


def words_of(targets: Iterable[str]) -> tuple[str, ...]:
    """Give the last parts of dotted names, sorted."""
    return tuple(sorted({target.rpartition(".")[2] for target in targets}))


def find_spots(text: str, *, words: Iterable[str]) -> tuple[Spot, ...]:
    """Find every word that stands in a text on its own, not as a part of a longer one; in order.

    Code, strings and comments alike. Takes time in proportion to the text, however long its lines are.
    """
    found = sorted((offset, word) for word in words for offset in _offsets(text, word))
    if not found:
        return ()
    starts = [0, *(end.end() for end in _LINE_END.finditer(text))]
    return tuple(_spot(offset, word=word, starts=starts) for offset, word in found)


def _spot(offset: int, *, word: str, starts: list[int]) -> Spot:
    line = bisect_right(starts, offset)
    return Spot(offset, line, offset - starts[line - 1] + 1, word)


def _offsets(text: str, word: str) -> Iterator[int]:
    # Several times as fast as a regular expression, which must look behind at each character.
    start = text.find(word)
    while start >= 0:
        end = start + len(word)
        if not (start and _is_part(text[start - 1])) and not (end < len(text) and _is_part(text[end])):
            yield start
        start = text.find(word, end)


def _is_part(character: str) -> bool:
    return character.isalnum() or character == "_"
