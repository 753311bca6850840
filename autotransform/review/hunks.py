"""The hunks of one changed file: lines that differ with some that do not, in bytes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from autotransform.review.matching import Region, find_differences

if TYPE_CHECKING:
    from collections.abc import Sequence

LineKind: TypeAlias = Literal["context", "removed", "added"]

#: What opens a function or a class, as git's own driver for Python has it.
_HEADING = re.compile(rb"[ \t]*((?:class|(?:async[ \t]+)?def)[ \t].*)")
_HEADING_WIDTH = 80


@dataclass(frozen=True, slots=True, kw_only=True)
class FileChange:
    """One file before and after."""

    #: Relative to the root of the repository, as ``os.fsdecode`` gives it.
    path: str
    before: bytes
    after: bytes
    #: As git writes it.
    mode: str = "100644"


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a hunk."""

    kind: LineKind
    #: With its line feed; only the last line of a text may lack one.
    content: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Hunk:
    """Changes that stand close together.

    Starts are 1-based; of a side without lines, the line before it.
    """

    before_start: int
    before_count: int
    after_start: int
    after_count: int
    #: The function or class in which it stands, stripped; empty at the top of a file.
    heading: bytes
    lines: tuple[Line, ...]


def split_lines(content: bytes) -> list[bytes]:
    """Split after each line feed and nowhere else, as git does.

    A form feed ends no line, nor does a lone CR.
    """
    *lines, last = content.split(b"\n")
    return [line + b"\n" for line in lines] + ([last] if last else [])


def find_hunks(change: FileChange, *, context: int = 3) -> tuple[Hunk, ...]:
    """Find what differs, with ``context`` equal lines around it.

    Hunks that would touch are one.
    """
    before, after = split_lines(change.before), split_lines(change.after)
    hunks = []
    scanned, heading = 0, b""
    for group in _grouped(find_differences(before, after), context=context):
        start = max(0, group[0].before_start - context)
        heading = _last_heading(before[scanned:start]) or heading
        scanned = start
        end = min(len(before), group[-1].before_end + context)
        hunks.append(_hunk(before, after, group=group, start=start, end=end, heading=heading))
    return tuple(hunks)


def count_lines(change: FileChange) -> tuple[int, int]:
    """Count the lines that are added and those that are removed."""
    regions = find_differences(split_lines(change.before), split_lines(change.after))
    added = sum(region.after_end - region.after_start for region in regions)
    return added, sum(region.before_end - region.before_start for region in regions)


def _grouped(regions: Sequence[Region], *, context: int) -> list[list[Region]]:
    groups: list[list[Region]] = []
    for region in regions:
        if groups and region.before_start - groups[-1][-1].before_end <= 2 * context:
            groups[-1].append(region)
        else:
            groups.append([region])
    return groups


def _hunk(
    before: list[bytes], after: list[bytes], *, group: list[Region], start: int, end: int, heading: bytes
) -> Hunk:
    lines: list[Line] = []
    at = start
    for region in group:
        lines += [Line(kind="context", content=line) for line in before[at : region.before_start]]
        lines += [Line(kind="removed", content=line) for line in before[region.before_start : region.before_end]]
        lines += [Line(kind="added", content=line) for line in after[region.after_start : region.after_end]]
        at = region.before_end
    lines += [Line(kind="context", content=line) for line in before[at:end]]
    after_start = group[0].after_start - (group[0].before_start - start)
    after_count = sum(line.kind != "removed" for line in lines)
    return Hunk(
        before_start=start + (end > start),
        before_count=end - start,
        after_start=after_start + (after_count > 0),
        after_count=after_count,
        heading=heading,
        lines=tuple(lines),
    )


def _last_heading(lines: list[bytes]) -> bytes:
    for line in reversed(lines):
        if found := _HEADING.match(line):
            return found[1].rstrip()[:_HEADING_WIDTH].rstrip()
    return b""
