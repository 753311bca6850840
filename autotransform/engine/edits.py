"""The least that must be added to and taken away from a sequence so that it becomes another one."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

#: How far the ways that take so many edits have come, by how many more items were taken away than added.
_Reach: TypeAlias = dict[int, int]


def common_items(old: Sequence[Hashable], new: Sequence[Hashable], *, most: int) -> list[tuple[int, int]] | None:
    """Pair the items that stay, in order (Myers' greedy algorithm); none if more than ``most`` edits are needed.

    Takes time in proportion to the square of the edits, however often an item recurs.
    """
    reach: _Reach = {1: 0}
    trail: list[_Reach] = []
    for edits in range(min(most, len(old) + len(new)) + 1):
        trail.append(dict(reach))
        for diagonal in range(-edits, edits + 1, 2):
            place = _step(reach, diagonal, edits)
            while place < len(old) and place - diagonal < len(new) and old[place] == new[place - diagonal]:
                place += 1
            reach[diagonal] = place
            if place >= len(old) and place - diagonal >= len(new):
                return _followed(trail, end=(len(old), len(new)))
    return None


def _step(reach: _Reach, diagonal: int, edits: int) -> int:
    """Give the place that one more edit leads to: by an item that is added, or by one that is taken away."""
    if diagonal == -edits or (diagonal != edits and reach[diagonal - 1] < reach[diagonal + 1]):
        return reach[diagonal + 1]
    return reach[diagonal - 1] + 1


def _followed(trail: Sequence[_Reach], *, end: tuple[int, int]) -> list[tuple[int, int]]:
    """Go back the way that led to the end."""
    pairs = []
    place, other = end
    for edits in range(len(trail) - 1, -1, -1):
        reach, diagonal = trail[edits], place - other
        first = _step(reach, diagonal, edits)
        while place > first:
            place, other = place - 1, other - 1
            pairs.append((place, other))
        is_added = diagonal == -edits or (diagonal != edits and reach[diagonal - 1] < reach[diagonal + 1])
        place, other = (place, other - 1) if is_added else (place - 1, other)
    return pairs[::-1]
