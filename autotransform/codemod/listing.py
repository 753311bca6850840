"""Take parts out of lists and put them in, with the comments that are about them and no others.

What stands between two parts belongs to both: to the one before as far as its line goes, to the one after from there
on. LibCST keeps it all with the comma. Here a list has one space before each of its parts, and one before its end.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

import libcst as cst

if TYPE_CHECKING:
    from collections.abc import Sequence

Space: TypeAlias = cst.BaseParenthesizableWhitespace


def without_alias(statement: cst.ImportFrom, index: int) -> cst.ImportFrom:
    """Remove one of several names from a list; the list keeps its shape."""
    assert not isinstance(statement.names, cst.ImportStar)
    names = list(statement.names)
    spaces = _spaces(statement)
    del names[index]
    left = without_part(spaces, index)
    if statement.lpar is None:
        left[-1] = cst.SimpleWhitespace("")
    return _with(statement, names, left)


def _spaces(statement: cst.ImportFrom) -> list[Space]:
    """List what stands before each name, and before the end."""
    assert not isinstance(statement.names, cst.ImportStar)
    first = statement.lpar.whitespace_after if statement.lpar else cst.SimpleWhitespace("")
    after = [each.comma.whitespace_after for each in statement.names if isinstance(each.comma, cst.Comma)]
    if len(after) < len(statement.names):
        after.append(statement.rpar.whitespace_before if statement.rpar else cst.SimpleWhitespace(""))
    return [first, *after]


def _with(statement: cst.ImportFrom, names: Sequence[cst.ImportAlias], spaces: Sequence[Space]) -> cst.ImportFrom:
    assert not isinstance(statement.names, cst.ImportStar)
    ends_with_comma = isinstance(statement.names[-1].comma, cst.Comma)
    commas: list[cst.Comma | cst.MaybeSentinel] = [cst.Comma(whitespace_after=each) for each in spaces[1:]]
    changes: dict[str, object] = {}
    if statement.lpar:
        changes["lpar"] = statement.lpar.with_changes(whitespace_after=spaces[0])
    if not ends_with_comma:
        commas[-1] = cst.MaybeSentinel.DEFAULT
        if statement.rpar:
            changes["rpar"] = statement.rpar.with_changes(whitespace_before=spaces[-1])
    changes["names"] = [each.with_changes(comma=comma) for each, comma in zip(names, commas, strict=True)]
    return statement.with_changes(**changes)


def without_part(spaces: Sequence[Space], index: int) -> list[Space]:
    """Give the spaces of a list that loses one of several parts."""
    joined = _joined(spaces[index], spaces[index + 1], is_last=index == len(spaces) - 2)
    return [*spaces[:index], joined, *spaces[index + 2 :]]


def with_part(spaces: Sequence[Space], index: int, *, between: Space) -> list[Space]:
    """Give the spaces of a list that gets a part before the one at an index; the comments stay where they are."""
    here = spaces[index]
    if not isinstance(here, cst.ParenthesizedWhitespace) or not isinstance(between, cst.ParenthesizedWhitespace):
        # On the line of its neighbours: what ends that line still does.
        pair = [between, here] if index == len(spaces) - 1 else [here, between]
    elif index == len(spaces) - 1:
        bare = here.with_changes(first_line=cst.TrailingWhitespace(), empty_lines=[])
        pair = [between.with_changes(first_line=here.first_line, empty_lines=here.empty_lines), bare]
    else:
        pair = [here.with_changes(empty_lines=[]), between.with_changes(empty_lines=here.empty_lines)]
    return [*spaces[:index], *pair, *spaces[index + 1 :]]


def _joined(before: Space, after: Space, *, is_last: bool) -> Space:
    """Make one space of those around a name that goes."""
    if not isinstance(before, cst.ParenthesizedWhitespace):
        # It shares its line with what stands before: the comment behind it is that line's.
        return after if is_last or isinstance(after, cst.ParenthesizedWhitespace) else before
    if not isinstance(after, cst.ParenthesizedWhitespace):
        return after if is_last and before.first_line.comment is None else before
    is_its_own = is_last or bool(after.empty_lines)
    kept = without_last_comment(before.empty_lines) if is_its_own else before.empty_lines
    return after.with_changes(first_line=before.first_line, empty_lines=[*kept, *after.empty_lines])


def without_last_comment(lines: Sequence[cst.EmptyLine]) -> Sequence[cst.EmptyLine]:
    """Leave out the comment that stands right above something."""
    end = len(lines)
    while end and lines[end - 1].comment is not None:
        end -= 1
    return lines[:end]
