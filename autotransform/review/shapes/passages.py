"""Passages: the places of a hunk at which lines differ, each with what stands around it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from autotransform.review.hunks import FileChange, Hunk, Line, find_hunks, split_lines

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

#: Equal lines that a hunk shows around a passage, and lines around it that may be of interest.
_CONTEXT, _AROUND = 3, 60


def split_hunk(hunk: Hunk) -> tuple[Hunk, ...]:
    """Split a hunk into those of one passage each: removed and added lines with no equal one among them."""
    runs = [(is_equal, list(lines)) for is_equal, lines in groupby(hunk.lines, lambda line: line.kind == "context")]
    hunks = []
    before, after = hunk.before_start - (hunk.before_count > 0), hunk.after_start - (hunk.after_count > 0)
    for index, (is_equal, lines) in enumerate(runs):
        if not is_equal:
            head = runs[index - 1][1][-_CONTEXT:] if index else []
            tail = runs[index + 1][1][:_CONTEXT] if index + 1 < len(runs) else []
            hunks.append(
                _hunk([*head, *lines, *tail], before=before - len(head), after=after - len(head), heading=hunk.heading)
            )
        removed, added = (0, 0) if is_equal else _counts(lines)
        before += len(lines) - added
        after += len(lines) - removed
    return tuple(hunks)


def _hunk(lines: list[Line], *, before: int, after: int, heading: bytes) -> Hunk:
    removed, added = _counts(lines)
    before_count, after_count = len(lines) - added, len(lines) - removed
    return Hunk(
        before_start=before + (before_count > 0),
        before_count=before_count,
        after_start=after + (after_count > 0),
        after_count=after_count,
        heading=heading,
        lines=tuple(lines),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """Lines that were replaced by others, and where."""

    #: With up to three equal lines around.
    hunk: Hunk
    #: Where it begins in the text before, in lines from 0.
    start: int
    removed: tuple[bytes, ...]
    added: tuple[bytes, ...]
    #: Lines of the file that stand above, before and after the change, nearest last.
    above: tuple[Sequence[bytes], Sequence[bytes]]
    #: Lines of the text before that follow.
    below: Sequence[bytes]


def find_passages(change: FileChange) -> Iterator[Passage]:
    """Give the passages of a file in order."""
    hunks = [hunk for whole in find_hunks(change) for hunk in split_hunk(whole)]
    if not hunks:
        return
    before, after = split_lines(change.before), split_lines(change.after)
    spans = [_span(hunk) for hunk in hunks]
    for hunk, (start, other, removed) in zip(hunks, spans, strict=True):
        end = start + removed
        yield Passage(
            hunk=hunk,
            start=start,
            removed=tuple(line.content for line in hunk.lines if line.kind == "removed"),
            added=tuple(line.content for line in hunk.lines if line.kind == "added"),
            above=(before[max(0, start - _AROUND) : start], after[max(0, other - _AROUND) : other]),
            below=before[end : end + _AROUND],
        )


def _counts(lines: Sequence[Line]) -> tuple[int, int]:
    kinds = [line.kind for line in lines]
    return kinds.count("removed"), kinds.count("added")


def _span(hunk: Hunk) -> tuple[int, int, int]:
    """Tell where the lines of a passage begin on both sides, 0-based, and how many are removed."""
    head = next(index for index, line in enumerate(hunk.lines) if line.kind != "context")
    removed, _ = _counts(hunk.lines)
    before, after = hunk.before_start - (hunk.before_count > 0), hunk.after_start - (hunk.after_count > 0)
    return before + head, after + head, removed
