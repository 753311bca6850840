"""Where two texts differ: line by line, and by the statements at the top of the module."""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from autotransform.engine.alignment import opcodes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

#: Some lines before and what stands in their place after.
Hunk: TypeAlias = tuple[list[bytes], list[bytes]]

#: Texts with more lines than this are compared with difflib's own heuristic, which is linear.
_MANY = 4000
#: Lines in which an encoding may be declared.
_COOKIE_LINES = 2
_UTF_8 = re.compile(rb"coding[:=]\s*utf-?8\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Passages:
    """Two texts, cut up: the statements that both begin with, those in which they differ, those that both end with."""

    before: list[bytes]
    after: list[bytes]
    #: Of the text after.
    tree: ast.Module
    #: Which statements of the text after differ: from, and up to.
    first: int
    last: int
    #: What stands in their place in the text before, counted in its lines.
    old: list[ast.stmt]
    #: How many lines further down than in the text before the common statements at the end stand.
    shift: int


def hunks(before: bytes, after: bytes) -> Iterator[Hunk]:
    """Give the lines that differ."""
    old, new = before.split(b"\n"), after.split(b"\n")
    start, behind = _common(old, new)
    old, new = old[start : len(old) - behind], new[start : len(new) - behind]
    if len(old) == len(new):  # as good as any other order in which equal lines pair
        yield from _in_place(old, new)
        return
    for kind, first, last, new_first, new_last in opcodes(old, new, many=_MANY):
        if kind != "equal":
            yield old[first:last], new[new_first:new_last]


def _in_place(old: list[bytes], new: list[bytes]) -> Iterator[Hunk]:
    start = None
    for index, (one, other) in enumerate(zip(old, new, strict=True)):
        if one == other and start is not None:
            yield old[start:index], new[start:index]
            start = None
        elif one != other and start is None:
            start = index
    if start is not None:
        yield old[start:], new[start:]


def cut(before: bytes, after: bytes, *, tree: ast.Module) -> Passages | None:
    """Cut two texts up; none where that cannot be done with certainty.

    Args:
        before: A text that parses, or of which nothing is asked.
        after: One that parses.
        tree: Of the text after.
    """
    if not (_is_utf_8(before) and _is_utf_8(after)) or _has_lone_returns(before) or _has_lone_returns(after):
        return None
    old, new = before.split(b"\n"), after.split(b"\n")
    start, behind = _common(old, new)
    first, last = _first(tree.body, common=start), _last(tree.body, common=len(new) - behind)
    top = tree.body[first - 1].end_lineno or 0 if first else 0
    bottom = start_of(tree.body[last]) - 1 if last < len(tree.body) else len(new)
    shift = len(new) - len(old)
    if first > last or top > bottom - shift:
        return None
    try:
        # It stands between whole statements after. So it does before, if it is whole by itself.
        middle = ast.parse(b"\n" * top + b"\n".join(old[top : bottom - shift]) + b"\n")
    except (SyntaxError, ValueError):
        return None
    return Passages(before=old, after=new, tree=tree, first=first, last=last, old=middle.body, shift=shift)


def is_plain(content: bytes) -> bool:
    """Whether Python reads a text as UTF-8, and its lines end as they are split here."""
    return b"\r" not in content and _is_utf_8(content)


def _is_utf_8(content: bytes) -> bool:
    return not any(b"coding" in line and not _UTF_8.search(line) for line in content.split(b"\n", 2)[:_COOKIE_LINES])


def start_of(statement: ast.stmt) -> int:
    """Give the first line of a statement, its decorators included."""
    decorators = getattr(statement, "decorator_list", None)
    return decorators[0].lineno if decorators else statement.lineno


def lines_of(statement: ast.stmt, lines: Sequence[bytes]) -> tuple[bytes, ...]:
    """Give the lines on which a statement stands."""
    return tuple(lines[start_of(statement) - 1 : statement.end_lineno])


def _common(old: list[bytes], new: list[bytes]) -> tuple[int, int]:
    """Count the lines that two texts begin with, and those that both end with."""
    shortest, start, behind = min(len(old), len(new)), 0, 0
    while start < shortest and old[start] == new[start]:
        start += 1
    while behind < shortest - start and old[-1 - behind] == new[-1 - behind]:
        behind += 1
    return start, behind


def _first(body: list[ast.stmt], *, common: int) -> int:
    """Count the statements that are whole within so many lines: the next one begins within them, on its own line."""
    whole = 0
    for index in range(len(body) - 1):
        start, end = start_of(body[index + 1]), body[index].end_lineno or 0
        if start > common:
            break
        if start > end:
            whole = index + 1
    return whole


def _last(body: list[ast.stmt], *, common: int) -> int:
    """Give the first of the statements that begin behind so many lines, on a line of its own."""
    last = len(body)
    while last and start_of(body[last - 1]) > common:
        last -= 1
    while 0 < last < len(body) and start_of(body[last]) <= (body[last - 1].end_lineno or 0):
        last += 1
    return last


def _has_lone_returns(content: bytes) -> bool:
    return b"\r" in content and content.count(b"\r") != content.count(b"\r\n")
