"""Which parts of a text stand in the text that came of it."""

from __future__ import annotations

import difflib
import re
from bisect import bisect_left
from collections import defaultdict
from itertools import accumulate
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Sequence

    from autotransform.engine.spots import Spot

#: (kind, first and last item before, first and last item after): counted from 0 and half open, as in difflib.
Opcode: TypeAlias = tuple[str, int, int, int, int]
#: A token and where it starts in the text.
_Token: TypeAlias = tuple[str, int]

#: Texts with more lines than this, and passages with more tokens, are compared with difflib's own heuristic, which
#: takes time in proportion.
_MANY_LINES = 4000
_MANY_TOKENS = 300

_TOKEN = re.compile(r"\w+|[^\w\s]")


def line_opcodes(before: str, after: str) -> list[Opcode]:
    """Compare two texts line by line."""
    return opcodes(before.split("\n"), after.split("\n"), many=_MANY_LINES)


def find_counterparts(before: str, after: str, *, spots: Sequence[Spot]) -> dict[int, int]:
    """Tell where the words of a text stand in what came of it.

    Gives offset by offset; a word that has none is gone.
    """
    old_starts, new_starts = _line_starts(before), _line_starts(after)
    offsets = [spot.offset for spot in spots]
    found: dict[int, int] = {}
    for kind, first, last, new_first, new_last in line_opcodes(before, after):
        start, end = old_starts[first], old_starts[last]
        inside = spots[bisect_left(offsets, start) : bisect_left(offsets, end)]
        if kind == "equal":
            found |= {spot.offset: spot.offset - start + new_starts[new_first] for spot in inside}
        elif inside:
            passage = after[new_starts[new_first] : new_starts[new_last]]
            pairs = _within(before[start:end], passage, words={spot.word for spot in inside})
            found |= {start + old: new_starts[new_first] + new for old, new in pairs}
    return {offset: found[offset] for offset in offsets if offset in found}


def _line_starts(text: str) -> list[int]:
    return [0, *accumulate(len(line) + 1 for line in text.split("\n"))]


def _within(before: str, after: str, *, words: set[str]) -> Iterator[tuple[int, int]]:
    """Pair the words of two passages, token by token."""
    old = [(token.group(), token.start()) for token in _TOKEN.finditer(before)]
    new = [(token.group(), token.start()) for token in _TOKEN.finditer(after)]
    is_long = max(len(old), len(new)) > _MANY_TOKENS
    for kind, first, last, new_first, new_last in opcodes(
        [token for token, _ in old], [token for token, _ in new], many=_MANY_TOKENS
    ):
        if kind == "equal":
            pairs = zip(old[first:last], new[new_first:new_last], strict=True)
            yield from ((start, other) for (token, start), (_, other) in pairs if token in words)
        elif kind == "replace" and is_long:
            # The heuristic leaves out what is frequent, so that words that still stand look replaced.
            yield from _in_order(old[first:last], new[new_first:new_last], words=words)


def _in_order(old: list[_Token], new: list[_Token], *, words: set[str]) -> Iterator[tuple[int, int]]:
    places: dict[str, list[int]] = defaultdict(list)
    for token, start in new:
        if token in words:
            places[token].append(start)
    for word, others in places.items():
        yield from zip((start for token, start in old if token == word), others, strict=False)


def opcodes(old: Sequence[Hashable], new: Sequence[Hashable], *, many: int) -> list[Opcode]:
    """Compare two sequences; those with more than ``many`` items with difflib's heuristic."""
    start, shortest = 0, min(len(old), len(new))
    while start < shortest and old[start] == new[start]:
        start += 1
    end = 0
    while end < shortest - start and old[-1 - end] == new[-1 - end]:
        end += 1
    middle, other = old[start : len(old) - end], new[start : len(new) - end]
    matcher = difflib.SequenceMatcher(None, middle, other, autojunk=max(len(middle), len(other)) > many)
    found: list[Opcode] = [("equal", 0, start, 0, start)]
    found += [(kind, start + a, start + b, start + c, start + d) for kind, a, b, c, d in matcher.get_opcodes()]
    found.append(("equal", len(old) - end, len(old), len(new) - end, len(new)))
    return found
