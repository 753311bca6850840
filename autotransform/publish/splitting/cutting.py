"""Cut and join groups of files so that they keep their bounds, and most of them their place.

Where a list must be cut, it is cut before the element with the smallest digest, not at a count: whoever adds an element
changes the one piece in which it stands.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from autotransform.review.text import encode_path

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

#: Folders within folders at which a group is cut.
_DEEPEST = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Files that go together, and why."""

    #: What they have in common: names come from it.
    key: str
    #: The same for people; empty: as the key.
    title: str
    #: In path order.
    paths: tuple[str, ...]
    #: How many other groups were joined with it.
    more: int = 0
    #: With which file a piece of it begins, where it was cut.
    first: str = ""


def merge_groups(groups: Sequence[Group], *, minimum: int, maximum: int) -> list[Group]:
    """Join small groups with their neighbours in order of their keys.

    The small ones are joined with each other, and called by the first. If they are too few for that together, they go
    to the large group before the first of them, or else to that behind it, unless that becomes too large.
    """
    small = [group for group in groups if len(group.paths) < minimum]
    large = [group for group in groups if len(group.paths) >= minimum]
    if sum(len(group.paths) for group in small) >= minimum or not small or not large:
        return sorted([*large, *map(_joined, _cut_small(small, minimum=minimum))], key=lambda group: group.key)
    place = max(sum(group.key < small[0].key for group in large) - 1, 0)
    joined = _joined([large[place], *small])
    if maximum and len(joined.paths) > maximum:
        return sorted([*large, _joined(small)], key=lambda group: group.key)
    return [*large[:place], joined, *large[place + 1 :]]


def cut_at_folders(
    group: Group, *, minimum: int, maximum: int, folder: str = "", is_whole: bool = True, is_bare: bool = False
) -> list[Group]:
    """Cut a group that is too large: at folders, and what stands in one folder in path order.

    Args:
        group: What to cut.
        minimum: A folder with fewer files stays with the one above it.
        maximum: How many files a piece may have; 0: any number.
        folder: Above all files of the group.
        is_whole: Whether to leave the group as it is where it is not too large.
        is_bare: Whether a folder is enough to name a piece, without the key of the group.
    """
    if is_whole and (not maximum or len(group.paths) <= maximum):
        return [group]
    if folder.count("/") >= _DEEPEST:
        return cut_in_order(group, maximum=maximum)
    rest: list[str] = []
    below: list[tuple[str, Group]] = []
    for name, paths in _by_folder(group.paths, folder=folder).items():
        if name is None or len(paths) < minimum:
            rest += paths
            continue
        key, title = (name, name) if is_bare else (f"{group.key} {name}", f"{group.title or group.key}: {name}")
        below.append((name, replace(group, key=key, title=title, paths=tuple(paths), more=0)))
    if 0 < len(rest) < minimum:
        below, rest = _with_rest(below, rest=rest, maximum=maximum)
    pieces = cut_in_order(replace(group, paths=_in_order(rest)), maximum=maximum) if rest else []
    for name, piece in below:
        # A piece that took in the rest is not too large, and not looked at again.
        pieces += cut_at_folders(piece, minimum=minimum, maximum=maximum, folder=name, is_bare=is_bare)
    return pieces


def cut_in_order(group: Group, *, maximum: int) -> list[Group]:
    """Cut a group that is too large in path order; every piece but the first is known by the file that begins it."""
    pieces: list[list[str]] = []
    todo = [list(group.paths)]
    while todo:
        piece = todo.pop()
        if not maximum or len(piece) <= maximum:
            pieces.append(piece)
            continue
        # In the middle half, or the pieces would become too small.
        quarter = len(piece) // 4
        at = min(range(max(quarter, 1), len(piece) - quarter), key=lambda index: _digest(piece[index]))
        todo += [piece[at:], piece[:at]]
    return [
        replace(group, paths=tuple(piece), first=piece[0] if index else group.first)
        for index, piece in enumerate(pieces)
    ]


def _with_rest(
    below: list[tuple[str, Group]], *, rest: list[str], maximum: int
) -> tuple[list[tuple[str, Group]], list[str]]:
    """Put a rest that is too small for a piece to the first folder that can take it."""
    for index, (name, piece) in enumerate(below):
        if not maximum or len(piece.paths) + len(rest) <= maximum:
            joined = replace(piece, paths=_in_order([*piece.paths, *rest]), more=1)
            return [*below[:index], (name, joined), *below[index + 1 :]], []
    return below, rest


def _by_folder(paths: Sequence[str], *, folder: str) -> dict[str | None, list[str]]:
    """Sort paths by the folder below a folder in which they stand; ``None``: directly in it."""
    start = len(folder) + 1 if folder else 0
    found: dict[str | None, list[str]] = {}
    for path in paths:
        name, slash, _ = path[start:].partition("/")
        found.setdefault(path[:start] + name if slash else None, []).append(path)
    return found


def _cut_small(groups: list[Group], *, minimum: int) -> list[list[Group]]:
    """Cut a row of small groups into pieces that are large enough, each hardly larger than it must be."""
    pieces: list[list[Group]] = []
    todo = [groups] if groups else []
    while todo:
        row = todo.pop()
        sizes = [0]
        for group in row:
            sizes.append(sizes[-1] + len(group.paths))
        cuts = [at for at in range(1, len(row)) if sizes[at] >= minimum and sizes[-1] - sizes[at] >= minimum]
        if cuts:
            at = min(cuts, key=lambda at: (_digest(row[at].key), at))
            todo += [row[at:], row[:at]]
        else:
            pieces.append(row)
    return pieces


def _joined(groups: Sequence[Group]) -> Group:
    first = groups[0]
    paths = _in_order(path for group in groups for path in group.paths)
    return replace(first, paths=paths, more=first.more + len(groups) - 1)


def _in_order(paths: Iterable[str]) -> tuple[str, ...]:
    return tuple(sorted(paths, key=encode_path))


def _digest(text: str) -> str:
    return hashlib.sha256(encode_path(text)).hexdigest()
