"""How many lines each file gains and loses, and the table of it that git draws."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING

from autotransform.review.hunks import FileChange, count_lines
from autotransform.review.text import show_path

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

#: git's own figures: columns that a table needs at the least beside its numbers; those that blanks and bar take; those
#: that the graph gets at the least.
_LEAST, _FRAME, _LEAST_GRAPH = 22, 6, 6


@dataclass(frozen=True, slots=True, kw_only=True)
class FileStat:
    """What one file gains and loses, in lines."""

    path: str
    insertions: int
    deletions: int

    @property
    def total(self) -> int:
        """Lines gained and lost."""
        return self.insertions + self.deletions


def stat(changes: Iterable[FileChange]) -> tuple[FileStat, ...]:
    """Count the lines of every change, in the order given."""
    counted = ((change.path, *count_lines(change)) for change in changes)
    return tuple(FileStat(path=path, insertions=added, deletions=removed) for path, added, removed in counted)


def stat_lines(stats: Sequence[FileStat], *, width: int = 80) -> tuple[str, ...]:
    """Draw the table of ``git diff --stat``, its last line the totals; safe for a terminal.

    Long paths lose their beginning, the graph is scaled to what remains of ``width`` columns. No stats, no lines.
    """
    if not stats:
        return ()
    names = [show_path(file.path) for file in stats]
    most = max(file.total for file in stats)
    number_width = len(str(most))
    name_width, graph_width = _widths(max(map(_columns, names)), most, number_width=number_width, width=width)
    lines = []
    for name, file in zip(names, stats, strict=True):
        shown = _shortened(name, width=name_width)
        padding = " " * (name_width - _columns(shown))
        graph = _graph(file, most=most, width=graph_width)
        lines.append(f" {shown}{padding} | {file.total:{number_width}}{' ' if graph else ''}{graph}")
    return (*lines, total_line(stats))


def total_line(stats: Sequence[FileStat]) -> str:
    """Write the totals as git does: how many files, insertions and deletions."""
    insertions, deletions = sum(file.insertions for file in stats), sum(file.deletions for file in stats)
    parts = [f" {_counted(len(stats), 'file')} changed"]
    if insertions or not deletions:
        parts.append(f"{_counted(insertions, 'insertion')}(+)")
    if deletions or not insertions:
        parts.append(f"{_counted(deletions, 'deletion')}(-)")
    return ", ".join(parts)


def _widths(longest: int, most: int, *, number_width: int, width: int) -> tuple[int, int]:
    """Share the width: the graph gets three eighths where it and the names are too long."""
    width = max(width, _LEAST + number_width)
    name_width, graph_width = longest, most
    room = width - number_width - _FRAME
    if name_width + graph_width > room:
        share = width * 3 // 8 - number_width - _FRAME
        graph_width = max(_LEAST_GRAPH, share) if graph_width > share else graph_width
        name_width = min(name_width, room - graph_width)
        graph_width = room - name_width
    return name_width, graph_width


def _shortened(name: str, *, width: int) -> str:
    """Drop the beginning of a name that is too wide, up to a slash if it can be."""
    if _columns(name) <= width:
        return name
    kept = name
    while kept and _columns(kept) > width - 3:
        kept = kept[1:]
    slash = kept.find("/")
    return "..." + (kept[slash:] if slash >= 0 else kept)


def _graph(file: FileStat, *, most: int, width: int) -> str:
    added, removed = file.insertions, file.deletions
    if width <= most:
        total = _scaled(added + removed, most=most, width=width)
        if added and removed:
            total = max(total, 2)
        smaller = _scaled(min(added, removed), most=most, width=width)
        added, removed = (smaller, total - smaller) if added < removed else (total - smaller, smaller)
    return "+" * added + "-" * removed


def _scaled(count: int, *, most: int, width: int) -> int:
    """Scale so that what is not nothing shows at least one mark."""
    return 1 + count * (width - 1) // most if count else 0


def _columns(text: str) -> int:
    """Count the columns of a terminal that a text takes."""
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text
    )


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
