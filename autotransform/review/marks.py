"""Where a run would change a file, and where it leaves something: in lines and columns of the text before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from autotransform.engine import Changed, Unchanged
from autotransform.review.hunks import find_hunks, split_lines
from autotransform.review.text import decoder_of, encode_path

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from autotransform.engine import Run
    from autotransform.review.hunks import FileChange, Hunk


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """One passage of a file that would become another; an empty one where nothing is replaced."""

    path: str
    #: 1-based, in characters; a byte-order mark is none. The end is the first point behind it.
    line: int
    column: int
    end_line: int
    end_column: int
    before: str
    after: str
    #: The lines to point at: of a passage of whole lines without the one behind it; of what is inserted, the line that
    #: it pushes down, or the last.
    first_shown: int
    last_shown: int

    @property
    def is_insertion(self) -> bool:
        """Whether nothing is replaced."""
        return (self.line, self.column) == (self.end_line, self.end_column)

    @property
    def identity(self) -> tuple[str, ...]:
        """What stays of it when lines above come and go."""
        return self.path, self.before.strip(), self.after.strip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Leftover:
    """One place that a person should look at, since the transform left it."""

    path: str
    #: 1-based, in characters.
    line: int
    column: int
    #: The word that stands there, or the method of the script that declined.
    what: str
    why: str

    @property
    def identity(self) -> tuple[str, ...]:
        """What stays of it when lines above come and go."""
        return self.path, self.what, self.why


def find_places(changes: Iterable[FileChange]) -> Iterator[Place]:
    """Give what would change, by path and line."""
    for change in sorted(changes, key=lambda change: encode_path(change.path)):
        old, new = decoder_of(change.before), decoder_of(change.after)
        lines = [_decode(line, encoding=old) for line in split_lines(change.before)]
        for hunk in find_hunks(change, context=0):
            removed = [_decode(line.content, encoding=old) for line in hunk.lines if line.kind == "removed"]
            added = [_decode(line.content, encoding=new) for line in hunk.lines if line.kind == "added"]
            yield from _places_of(change.path, hunk, removed=removed, added=added, lines=lines)


def find_leftovers(run: Run) -> Iterator[Leftover]:
    """Give what the script declined, and the words of its TARGETS that nobody decided about; by path and line.

    Words that are left for good reasons are none: they stand for something else, or in a string or comment.
    """
    found = [
        Leftover(path=outcome.path, line=site.line, column=site.column, what=site.by, why=site.reason)
        for outcome in run.outcomes
        if isinstance(outcome, Changed | Unchanged)
        for site in outcome.sites
        if site.status == "skipped"
    ]
    found += [
        Leftover(path=file.path, line=word.line, column=word.column, what=word.name, why=word.why)
        for file in run.leftovers
        for word in file.words
        if word.fate in {"unmatched", "unread"}
    ]
    return iter(sorted(found, key=lambda each: (encode_path(each.path), each.line, each.column, each.what)))


def _places_of(path: str, hunk: Hunk, *, removed: list[str], added: list[str], lines: Sequence[str]) -> Iterator[Place]:
    if not removed:
        yield _insertion(path, hunk.before_start, text="".join(added), lines=lines)
    elif len(removed) == len(added):
        for number, (old, new) in enumerate(zip(removed, added, strict=True), start=hunk.before_start):
            yield _replacement(path, number, old=old, new=new)
    else:
        yield _replacement(path, hunk.before_start, old="".join(removed), new="".join(added))


def _insertion(path: str, above: int, *, text: str, lines: Sequence[str]) -> Place:
    line = above + 1
    shown = min(line, len(lines)) or 1
    return Place(
        path=path,
        line=line,
        column=1,
        end_line=line,
        end_column=1,
        before="",
        after=text,
        first_shown=shown,
        last_shown=shown,
    )


def _replacement(path: str, line: int, *, old: str, new: str) -> Place:
    """Place what differs, widened to whole words."""
    if line == 1:
        old, new = old.removeprefix("\ufeff"), new.removeprefix("\ufeff")
    start = _shared(old, new)
    while start and _is_word(old[start - 1]):
        start -= 1
    end = _shared(old[start:][::-1], new[start:][::-1])
    while end and _is_word(old[len(old) - end]):
        end -= 1
    before, after = old[start : len(old) - end], new[start : len(new) - end]
    end_line, end_column = _point(old[: len(old) - end], line=line)
    first_line, first_column = _point(old[:start], line=line)
    return Place(
        path=path,
        line=first_line,
        column=first_column,
        end_line=end_line,
        end_column=end_column,
        before=before,
        after=after,
        first_shown=first_line,
        last_shown=end_line - (end_column == 1 and end_line > first_line),
    )


def _point(text: str, *, line: int) -> tuple[int, int]:
    """Tell where a text ends that begins with a line."""
    return line + text.count("\n"), len(text) - text.rfind("\n")


def _shared(one: str, other: str) -> int:
    """Count the characters with which both begin."""
    for index, (here, there) in enumerate(zip(one, other, strict=False)):
        if here != there:
            return index
    return min(len(one), len(other))


def _is_word(char: str) -> bool:
    return char == "_" or char.isalnum()


def _decode(content: bytes, *, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeError:
        return content.decode("utf-8", "surrogateescape")
