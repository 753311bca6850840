"""Which lines of two texts are the same lines.

Right for any input, and close to linear in time.
``difflib`` is quadratic where a long file has many changes. Here a region is trimmed at both ends, then split at the
lines that stand out (patience diff), and only what is left goes through the greedy algorithm of Myers (1986), within a
budget. Where the budget does not suffice, the region counts as replaced: longer than need be, never wrong.
"""

from __future__ import annotations

import itertools
from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

#: Regions are split at outstanding lines at most this often; texts made to defeat it are then handled coarsely.
_DEPTH = 48
#: Lines that Myers' algorithm may leave over in one region, and lines that it may compare for each line there is.
#: The first bounds memory (its square), the second bounds time.
_EDITS, _STEPS_PER_LINE = 256, 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """Some lines of one text over against some of the other; 0-based, ends exclusive."""

    before_start: int
    before_end: int
    after_start: int
    after_end: int

    @property
    def is_one_sided(self) -> bool:
        """Whether one of the two sides has no line."""
        return self.before_start == self.before_end or self.after_start == self.after_end


def find_differences(before: Sequence[bytes], after: Sequence[bytes]) -> tuple[Region, ...]:
    """Find the regions that differ, in order.

    What lies between them is the same on both sides, as many lines here as there.
    """
    found: list[Region] = []
    whole = Region(before_start=0, before_end=len(before), after_start=0, after_end=len(after))
    todo = [(whole, _DEPTH)]
    while todo:
        region, depth = todo.pop()
        core = _trim(before, after, region=region)
        if core.is_one_sided:
            if core.before_start < core.before_end or core.after_start < core.after_end:
                found.append(core)
            continue
        plain = _line_by_line(before, after, region=core)
        if plain is not None:
            found.extend(plain)
            continue
        pairs = _outstanding(before, after, region=core) if depth else []
        if pairs:
            todo.extend((gap, depth - 1) for gap in _gaps(core, pairs=pairs))
        else:
            found.extend(_gaps(core, pairs=_shortest(before, after, region=core)))
    return _joined(found)


def _trim(before: Sequence[bytes], after: Sequence[bytes], *, region: Region) -> Region:
    """Leave out the lines that are the same at the start and at the end."""
    low, high = region.before_start, region.before_end
    other_low, other_high = region.after_start, region.after_end
    while low < high and other_low < other_high and before[low] == after[other_low]:
        low, other_low = low + 1, other_low + 1
    while low < high and other_low < other_high and before[high - 1] == after[other_high - 1]:
        high, other_high = high - 1, other_high - 1
    return Region(before_start=low, before_end=high, after_start=other_low, after_end=other_high)


def _line_by_line(before: Sequence[bytes], after: Sequence[bytes], *, region: Region) -> list[Region] | None:
    """Give the differences where lines became others that stood nowhere before; ``None`` where it is not so plain.

    What is left is then the same lines in the same order, so there is one way to match all of them. Nearly all that a
    transform does to a file is of this kind, and it takes a tenth of the time.
    """
    old = before[region.before_start : region.before_end]
    new = after[region.after_start : region.after_end]
    if len(old) != len(new):
        return [region] if set(old).isdisjoint(new) else None
    changed = [at for at, (line, other) in enumerate(zip(old, new, strict=True)) if line != other]
    if not (set(old).isdisjoint(new[at] for at in changed) and set(new).isdisjoint(old[at] for at in changed)):
        return None
    shift = region.after_start - region.before_start
    starts = [at + region.before_start for at in changed]
    return [
        Region(before_start=at, before_end=at + 1, after_start=at + shift, after_end=at + shift + 1) for at in starts
    ]


def _outstanding(before: Sequence[bytes], after: Sequence[bytes], *, region: Region) -> list[tuple[int, int]]:
    """Pair the lines that occur once on each side.

    Where there are none, the nth with the nth of those that are as frequent on both.
    """
    here = _positions(before, range(region.before_start, region.before_end))
    there = _positions(after, range(region.after_start, region.after_end))
    shared = [(at, there[line]) for line, at in here.items() if len(at) == len(there.get(line, ()))]
    once = [(at[0], others[0]) for at, others in shared if len(at) == 1]
    every = once or [pair for at, others in shared for pair in zip(at, others, strict=True)]
    return _longest_rising(sorted(every))


def _positions(lines: Sequence[bytes], within: range) -> dict[bytes, list[int]]:
    positions: dict[bytes, list[int]] = defaultdict(list)
    for at in within:
        positions[lines[at]].append(at)
    return positions


def _longest_rising(pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Choose the most pairs that rise on both sides, by patience sorting.

    The pairs come with their first sides in order.
    """
    tops: list[int] = []
    owners: list[int] = []
    previous: list[int] = []
    for index, (_, other) in enumerate(pairs):
        pile = bisect_left(tops, other)
        previous.append(owners[pile - 1] if pile else -1)
        tops[pile : pile + 1] = [other]
        owners[pile : pile + 1] = [index]
    chosen = []
    index = owners[-1] if owners else -1
    while index >= 0:
        chosen.append(pairs[index])
        index = previous[index]
    return chosen[::-1]


def _gaps(region: Region, *, pairs: Iterable[tuple[int, int]]) -> list[Region]:
    """Give what lies before, between and after the pairs, where it is not empty."""
    gaps = []
    low, other_low = region.before_start, region.after_start
    for high, other_high in itertools.chain(pairs, [(region.before_end, region.after_end)]):
        if low < high or other_low < other_high:
            gaps.append(Region(before_start=low, before_end=high, after_start=other_low, after_end=other_high))
        low, other_low = high + 1, other_high + 1
    return gaps


def _shortest(before: Sequence[bytes], after: Sequence[bytes], *, region: Region) -> list[tuple[int, int]]:
    """Pair lines so that the fewest are left over (Myers).

    No pair at all when that takes too many steps.
    """
    old = before[region.before_start : region.before_end]
    new = after[region.after_start : region.after_end]
    budget = _STEPS_PER_LINE * (len(old) + len(new))
    furthest = {1: 0}
    history: list[dict[int, int]] = []
    for edits in range(min(len(old) + len(new), _EDITS) + 1):
        history.append(furthest.copy())
        for diagonal in range(-edits, edits + 1, 2):
            start = x = _step(furthest, diagonal=diagonal, edits=edits)
            while x < len(old) and x - diagonal < len(new) and old[x] == new[x - diagonal]:
                x += 1
            budget -= 1 + x - start
            furthest[diagonal] = x
            if x >= len(old) and x - diagonal >= len(new):
                pairs = _walk_back(history, x=x, y=x - diagonal)
                return [(region.before_start + x, region.after_start + y) for x, y in pairs]
        if budget < 0:
            break
    return []


def _step(furthest: dict[int, int], *, diagonal: int, edits: int) -> int:
    """Reach a diagonal by one more edit from whichever neighbour got further."""
    inserts = diagonal == -edits or (diagonal != edits and furthest[diagonal - 1] < furthest[diagonal + 1])
    return furthest[diagonal + 1] if inserts else furthest[diagonal - 1] + 1


def _walk_back(history: list[dict[int, int]], *, x: int, y: int) -> list[tuple[int, int]]:
    pairs: list[tuple[int, int]] = []
    for edits in range(len(history) - 1, -1, -1):
        furthest, diagonal = history[edits], x - y
        start = _step(furthest, diagonal=diagonal, edits=edits)
        while x > start:
            x, y = x - 1, y - 1
            pairs.append((x, y))
        inserts = diagonal == -edits or (diagonal != edits and furthest[diagonal - 1] < furthest[diagonal + 1])
        x, y = (x, y - 1) if inserts else (x - 1, y)
    return pairs[::-1]


def _joined(regions: list[Region]) -> tuple[Region, ...]:
    """Order the regions and make one of those that touch."""
    joined: list[Region] = []
    for region in sorted(regions, key=lambda region: (region.before_start, region.after_start)):
        last = joined[-1] if joined else None
        if last and (last.before_end, last.after_end) == (region.before_start, region.after_start):
            joined[-1] = Region(
                before_start=last.before_start,
                before_end=region.before_end,
                after_start=last.after_start,
                after_end=region.after_end,
            )
        else:
            joined.append(region)
    return tuple(joined)
