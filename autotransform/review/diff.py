"""The diff of one file for a person; what a machine applies is ``patch``."""

from __future__ import annotations

from dataclasses import dataclass, replace
from itertools import groupby
from typing import TYPE_CHECKING, Literal

from autotransform.review.emphasis import emphasise_lines
from autotransform.review.hunks import FileChange, Hunk, Line, LineKind, find_hunks
from autotransform.review.patch import MARKS, NO_NEWLINE, hunk_header
from autotransform.review.text import decoder_of, show_bytes, show_path

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from autotransform.review.emphasis import Spans


@dataclass(frozen=True, slots=True, kw_only=True)
class DiffLine:
    """One line to show."""

    #: What decides the colour.
    kind: LineKind | Literal["header", "hunk", "note", "title", "text", "hint", "alert"]
    #: Safe for a terminal, without a line feed; begins with its mark.
    text: str
    #: What of it differs from the line in whose place it stands; where nobody asked, nothing.
    marks: Spans = ()


def unified_diff(change: FileChange, *, context: int = 3) -> str:
    """Write the diff for a person, safe for a terminal; empty when nothing changes."""
    return "".join(f"{line.text}\n" for line in diff_lines(change, context=context))


def diff_lines(change: FileChange, *, context: int = 3, is_marked: bool = False) -> Iterator[DiffLine]:
    """Give the diff line by line, safe for a terminal; nothing when nothing changes.

    Args:
        change: The file before and after.
        context: How many equal lines to show around.
        is_marked: Whether to tell which words of a line differ.
    """
    yield from hunk_lines(change, find_hunks(change, context=context), is_marked=is_marked)


def hunk_lines(change: FileChange, hunks: Sequence[Hunk], *, is_marked: bool = False) -> Iterator[DiffLine]:
    """Give some hunks of a file line by line, as `diff_lines` gives all of them."""
    if not hunks:
        return
    old, new = decoder_of(change.before), decoder_of(change.after)
    ending = shared_ending(change)
    yield DiffLine(kind="header", text=f"--- {show_path('a/' + change.path)}")
    yield DiffLine(kind="header", text=f"+++ {show_path('b/' + change.path)}")
    for hunk in hunks:
        yield DiffLine(kind="hunk", text=show_bytes(hunk_header(hunk), encoding=old))
        for is_equal, passage in groupby(hunk.lines, lambda line: line.kind == "context"):
            lines = list(passage)
            shown = [_diff_line(line, encoding=new if line.kind == "added" else old, ending=ending) for line in lines]
            for line, told in zip(lines, mark_words(shown) if is_marked and not is_equal else shown, strict=True):
                yield told
                if not line.content.endswith(b"\n"):
                    yield DiffLine(kind="note", text=NO_NEWLINE.decode())


def mark_words(lines: Sequence[DiffLine]) -> list[DiffLine]:
    """Mark what differs in lines that begin with their marks: those that were removed, then what was added."""
    removed, added = ([line for line in lines if line.kind == kind] for kind in ("removed", "added"))
    spans = emphasise_lines([line.text[1:] for line in removed], [line.text[1:] for line in added])
    return [
        replace(line, marks=tuple((start + 1, end + 1) for start, end in found))
        for line, found in zip([*removed, *added], [*spans[0], *spans[1]], strict=True)
    ]


def _diff_line(line: Line, *, encoding: str, ending: bytes) -> DiffLine:
    content = line.content.removesuffix(ending).removesuffix(b"\n")
    return DiffLine(kind=line.kind, text=MARKS[line.kind].decode() + show_bytes(content, encoding=encoding))


def shared_ending(change: FileChange) -> bytes:
    """Give the line ending not to show: CR LF only where all lines of both texts have it."""
    for content in (change.before, change.after):
        if content.count(b"\n") != content.count(b"\r\n"):
            return b"\n"
    return b"\r\n"
