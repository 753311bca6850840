"""The diff of one file for a person; what a machine applies is ``patch``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from autotransform.review.hunks import FileChange, Line, LineKind, find_hunks
from autotransform.review.patch import MARKS, NO_NEWLINE, hunk_header
from autotransform.review.text import decoder_of, show_bytes, show_path

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True, slots=True, kw_only=True)
class DiffLine:
    """One line to show."""

    #: What decides the colour.
    kind: LineKind | Literal["header", "hunk", "note"]
    #: Safe for a terminal, without a line feed; begins with its mark.
    text: str


def unified_diff(change: FileChange, *, context: int = 3) -> str:
    """Write the diff for a person, safe for a terminal; empty when nothing changes."""
    return "".join(f"{line.text}\n" for line in diff_lines(change, context=context))


def diff_lines(change: FileChange, *, context: int = 3) -> Iterator[DiffLine]:
    """Give the diff line by line, safe for a terminal; nothing when nothing changes."""
    hunks = find_hunks(change, context=context)
    if not hunks:
        return
    old, new = decoder_of(change.before), decoder_of(change.after)
    ending = shared_ending(change)
    yield DiffLine(kind="header", text=f"--- {show_path('a/' + change.path)}")
    yield DiffLine(kind="header", text=f"+++ {show_path('b/' + change.path)}")
    for hunk in hunks:
        yield DiffLine(kind="hunk", text=show_bytes(hunk_header(hunk), encoding=old))
        for line in hunk.lines:
            yield _diff_line(line, encoding=new if line.kind == "added" else old, ending=ending)
            if not line.content.endswith(b"\n"):
                yield DiffLine(kind="note", text=NO_NEWLINE.decode())


def _diff_line(line: Line, *, encoding: str, ending: bytes) -> DiffLine:
    content = line.content.removesuffix(ending).removesuffix(b"\n")
    return DiffLine(kind=line.kind, text=MARKS[line.kind].decode() + show_bytes(content, encoding=encoding))


def shared_ending(change: FileChange) -> bytes:
    """Give the line ending not to show: CR LF only where all lines of both texts have it."""
    for content in (change.before, change.after):
        if content.count(b"\n") != content.count(b"\r\n"):
            return b"\n"
    return b"\r\n"
