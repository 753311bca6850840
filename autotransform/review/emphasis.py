"""What differs within two lines: words, not letters."""

from __future__ import annotations

import re
from itertools import accumulate
from typing import TYPE_CHECKING, TypeAlias

from autotransform.review.matching import find_differences

if TYPE_CHECKING:
    from collections.abc import Sequence

#: From this character to before that one, in order.
Spans: TypeAlias = tuple[tuple[int, int], ...]

_WORD = re.compile(r"\w+|[^\S\n]+|.", re.DOTALL)
_LETTER = re.compile(r"\w")
#: Characters of a line that is looked through; what differs in a longer one is not told.
_LONGEST = 4_000
#: Lines of a passage that are paired where one side has more of them.
_MOST_LINES = 40


def emphasise(removed: str, added: str) -> tuple[Spans, Spans]:
    """Tell which characters of two lines differ, as words.

    Nothing, where the lines have next to nothing in common: all of it differs then.
    """
    if removed == added or max(len(removed), len(added)) > _LONGEST:
        return (), ()
    words = _WORD.findall(removed), _WORD.findall(added)
    regions = find_differences(*([word.encode("utf-8", "surrogatepass") for word in side] for side in words))
    spans = (
        _spans(words[0], [(region.before_start, region.before_end) for region in regions]),
        _spans(words[1], [(region.after_start, region.after_end) for region in regions]),
    )
    return spans if _has_word_outside(removed, spans[0]) else ((), ())


def emphasise_lines(removed: Sequence[str], added: Sequence[str]) -> tuple[list[Spans], list[Spans]]:
    """Tell the same of every line of a passage: lines that were removed, and those that stand there now."""
    spans: tuple[list[Spans], list[Spans]] = ([() for _ in removed], [() for _ in added])
    for old, new in pair_lines(removed, added):
        spans[0][old], spans[1][new] = emphasise(removed[old], added[new])
    return spans


def pair_lines(removed: Sequence[str], added: Sequence[str]) -> list[tuple[int, int]]:
    """Say which line became which: one by one where they are as many, else those that share the most words."""
    if len(removed) == len(added):
        return [(index, index) for index in range(len(removed))]
    if max(len(removed), len(added)) > _MOST_LINES or not removed or not added:
        return []
    words = [[set(re.findall(r"\w+", line[:_LONGEST])) for line in side] for side in (removed, added)]
    best = [[0] * (len(added) + 1) for _ in range(len(removed) + 1)]
    for old in range(len(removed) - 1, -1, -1):
        for new in range(len(added) - 1, -1, -1):
            alike = len(words[0][old] & words[1][new])
            best[old][new] = max(best[old + 1][new], best[old][new + 1], best[old + 1][new + 1] + alike)
    return _walk(best, words=words)


def _walk(best: list[list[int]], *, words: list[list[set[str]]]) -> list[tuple[int, int]]:
    pairs: list[tuple[int, int]] = []
    old = new = 0
    while old < len(words[0]) and new < len(words[1]):
        alike = len(words[0][old] & words[1][new])
        if alike and best[old][new] == best[old + 1][new + 1] + alike:
            pairs.append((old, new))
            old, new = old + 1, new + 1
        elif best[old][new] == best[old + 1][new]:
            old += 1
        else:
            new += 1
    return pairs


def _spans(words: Sequence[str], regions: Sequence[tuple[int, int]]) -> Spans:
    starts = [0, *accumulate(map(len, words))]
    joined: list[tuple[int, int]] = []
    for first, end in regions:
        if first == end:
            continue
        if joined and not "".join(words[joined[-1][1] : first]).strip():  # what only blanks part is one
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((first, end))
    return tuple((starts[first], starts[end]) for first, end in joined)


def _has_word_outside(text: str, spans: Spans) -> bool:
    at = 0
    for start, end in spans:
        if _LETTER.search(text, at, start):
            return True
        at = end
    return _LETTER.search(text, at) is not None
