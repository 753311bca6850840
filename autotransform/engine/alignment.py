"""Which parts of a text stand in the text that came of it."""

from __future__ import annotations

import difflib
import re
from bisect import bisect_left
from collections import defaultdict
from difflib import Match
from itertools import accumulate
from typing import TYPE_CHECKING, TypeAlias, TypeVar

from autotransform.engine.edits import common_items

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator, Sequence

    from autotransform.engine.spots import Spot

_Item = TypeVar("_Item", bound="Hashable")

#: (kind, first and last item before, first and last item after): counted from 0 and half open, as in difflib.
Opcode: TypeAlias = tuple[str, int, int, int, int]
#: A token and where it starts in the text.
_Token: TypeAlias = tuple[str, int]

#: Texts with more lines than this, and passages with more tokens, are compared with difflib's own heuristic, which
#: takes time in proportion.
_MANY_LINES = 4000
_MANY_TOKENS = 300

#: How many times difflib may look at an item, which takes it less than a second, and how many edits are looked for in
#: its stead, which take as long.
_MOST_STEPS = 10_000_000
_MOST_EDITS = 1000

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


class _TooMuch(Exception):  # noqa: N818 - says what it is
    """To compare two sequences takes too long."""


class _Matcher(difflib.SequenceMatcher[_Item]):
    """Compares as difflib does, and gives up where items recur so often that it would take minutes."""

    def __init__(self, isjunk: None, old: Sequence[_Item], new: Sequence[_Item], *, autojunk: bool) -> None:
        super().__init__(isjunk, old, new, autojunk=autojunk)
        places: dict[_Item, list[int]] = vars(self)["b2j"]
        #: How often something is compared up to each item of the first.
        self._costs = [0, *accumulate(len(places.get(each, ())) for each in old)]
        self._left = _MOST_STEPS

    def find_longest_match(self, alo: int = 0, ahi: int | None = None, blo: int = 0, bhi: int | None = None) -> Match:
        """Find what difflib finds.

        Raises:
            _TooMuch: It has looked at too much already.
        """
        self._left -= self._costs[-1 if ahi is None else ahi] - self._costs[alo]
        if self._left < 0:
            raise _TooMuch
        return super().find_longest_match(alo, ahi, blo, bhi)


def opcodes(old: Sequence[_Item], new: Sequence[_Item], *, many: int) -> list[Opcode]:
    """Compare two sequences; those with more than ``many`` items with difflib's heuristic.

    Where few things recur in turn so often that difflib would take minutes, they are compared item by item if there are
    as many, and else by the least that was added and taken away.
    """
    start, shortest = 0, min(len(old), len(new))
    while start < shortest and old[start] == new[start]:
        start += 1
    end = 0
    while end < shortest - start and old[-1 - end] == new[-1 - end]:
        end += 1
    middle, other = old[start : len(old) - end], new[start : len(new) - end]
    found: list[Opcode] = [("equal", 0, start, 0, start)]
    inner = compared(middle, other, is_long=max(len(middle), len(other)) > many)
    found += [(kind, start + a, start + b, start + c, start + d) for kind, a, b, c, d in inner]
    found.append(("equal", len(old) - end, len(old), len(new) - end, len(new)))
    return found


def compared(old: Sequence[_Item], new: Sequence[_Item], *, is_long: bool) -> Sequence[Opcode]:
    """Compare two sequences as they are; long ones with difflib's heuristic, which leaves out what is frequent."""
    kind = difflib.SequenceMatcher if _is_bounded(old, new) else _Matcher
    try:
        return kind(None, old, new, autojunk=is_long).get_opcodes()
    except _TooMuch:
        return _by_pairs(old, new)


def _is_bounded(old: Sequence[Hashable], new: Sequence[Hashable]) -> bool:
    """Whether difflib cannot take long: it looks for a match at most as often as the shorter one has items."""
    return len(old) * len(new) * min(len(old), len(new)) <= _MOST_STEPS


def _by_pairs(old: Sequence[_Item], new: Sequence[_Item]) -> list[Opcode]:
    pairs = common_items(old, new, most=_MOST_EDITS)
    if pairs is None:  # item by item, which takes no more time for more of them
        shared = range(len(old)) if len(old) == len(new) else ()
        pairs = [(index, index) for index in shared if old[index] == new[index]]
    found: list[Opcode] = []
    first = new_first = 0
    for index, other in (*pairs, (len(old), len(new))):
        if index > first or other > new_first:
            kind = "insert" if index == first else "delete" if other == new_first else "replace"
            found.append((kind, first, index, new_first, other))
        if index < len(old) and other < len(new):
            last = found[-1] if found and found[-1][0] == "equal" else None
            if last is not None:
                found[-1] = ("equal", last[1], index + 1, last[3], other + 1)
            else:
                found.append(("equal", index, index + 1, other, other + 1))
        first, new_first = index + 1, other + 1
    return found
