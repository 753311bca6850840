"""The places at which a statement changes, where there are several and each makes sense by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

from autotransform.review.shapes.tokens import CLOSERS, OPENERS, Token, find_partners, is_word

if TYPE_CHECKING:
    from collections.abc import Sequence

_Tokens: TypeAlias = "Sequence[Token]"
_Places: TypeAlias = "list[tuple[Sequence[Token], Sequence[Token]]]"

#: Brackets within brackets, and tokens of a statement, that are looked at.
_DEEPEST, _LONGEST = 8, 10_000

_OPERATORS = frozenset(
    {"+", "-", "*", "/", "//", "%", "@", "&", "|", "^", "<", ">", "<=", ">=", "==", "!=", "<<", ">>", "**"}
    | {"and", "or", "in", "is", "not"}
)
#: With what a change neither begins nor ends: it would be a part of an expression.
_JOINTS = _OPERATORS | {",", "=", ":", ".", ";", "~", "->", ":=", "+=", "-=", "*=", "/="}


def find_places(before: _Tokens, after: _Tokens, *, depth: int = 0) -> _Places | None:
    """Find where a statement changes: within brackets that it has on both sides, and in one place outside.

    Returns:
        ``None`` where what changes outside of brackets makes no sense by itself.
    """
    if depth > _DEEPEST or max(len(before), len(after)) > _LONGEST:
        return None
    partners = find_partners(before), find_partners(after)
    places: _Places = []
    left = _from_left(before, after, partners=partners, places=places, depth=depth)
    right = _from_right(before, after, partners=partners, places=places, depth=depth, left=left)
    sides = before[left[0] : right[0]], after[left[1] : right[1]]
    if not any(sides):
        return places
    is_trailer = left[0] > 0 and is_word(before[left[0] - 1]) and any(side and side[0][1] in OPENERS for side in sides)
    return [*places, sides] if all(map(is_whole, sides)) and not is_trailer else None


def is_whole(side: _Tokens) -> bool:
    """Tell whether some tokens could be an expression, or several."""
    if not side or side[0][1] in _JOINTS or side[-1][1] in _JOINTS:
        return False
    depth = 0
    for kind, text in side:
        if kind == "op":
            depth += (text in OPENERS) - (text in CLOSERS)
            if depth < 0:
                return False
    return depth == 0


def is_operator(side: _Tokens) -> bool:
    """Tell whether some tokens are an operator, as ``is not``."""
    return bool(side) and all(text in _OPERATORS for _, text in side)


def _from_left(
    before: _Tokens, after: _Tokens, *, partners: tuple[dict[int, int], dict[int, int]], places: _Places, depth: int
) -> tuple[int, int]:
    """Go on while both sides are the same but for what stands in brackets; tell how far that is."""
    at, other = 0, 0
    while at < len(before) and other < len(after) and before[at] == after[other]:
        if at in partners[0] and other in partners[1] and before[at][1] in OPENERS:
            ends = partners[0][at], partners[1][other]
            places += _in_brackets(before[: ends[0] + 1], after[: ends[1] + 1], at=(at, other), depth=depth)
            at, other = ends
        at, other = at + 1, other + 1
    return at, other


def _from_right(
    before: _Tokens,
    after: _Tokens,
    *,
    partners: tuple[dict[int, int], dict[int, int]],
    places: _Places,
    depth: int,
    left: tuple[int, int],
) -> tuple[int, int]:
    """The same from the end; brackets that differ are those of the same call."""
    openers = [{closer: opener for opener, closer in found.items()} for found in partners]
    end, other = len(before), len(after)
    while end > left[0] and other > left[1] and before[end - 1] == after[other - 1]:
        at = openers[0].get(end - 1, -1), openers[1].get(other - 1, -1)
        if at[0] >= left[0] and at[1] >= left[1]:
            if before[at[0] : end] != after[at[1] : other]:
                callees = before[max(at[0] - 1, 0)], after[max(at[1] - 1, 0)]
                if not (at[0] > left[0] and at[1] > left[1] and callees[0] == callees[1] and is_word(callees[0])):
                    break
                places += _in_brackets(before[:end], after[:other], at=at, depth=depth)
            end, other = at
        else:
            end, other = end - 1, other - 1
    return end, other


def _in_brackets(before: _Tokens, after: _Tokens, *, at: tuple[int, int], depth: int) -> _Places:
    """Find where the brackets differ that open at some place, and end both sides.

    Element by element, where there are as many; else the whole of them, with what is called.
    """
    inside = _items(before[at[0] + 1 : -1]), _items(after[at[1] + 1 : -1])
    if inside[0] == inside[1]:
        return []
    if len(inside[0]) == len(inside[1]):
        found = [_in_item(old, new, depth=depth) for old, new in zip(*inside, strict=True) if old != new]
        if all(found):
            return [place for places in found if places for place in places]
    starts = [
        opener - (opener > 0 and is_word(side[opener - 1])) for side, opener in zip((before, after), at, strict=True)
    ]
    return [(before[starts[0] :], after[starts[1] :])]


def _in_item(before: _Tokens, after: _Tokens, *, depth: int) -> _Places | None:
    found = find_places(before, after, depth=depth + 1)
    return [(before, after)] if found is None and is_whole(before) and is_whole(after) else found


def _items(content: _Tokens) -> list[_Tokens]:
    items: list[_Tokens] = []
    start = depth = 0
    for index, (kind, text) in enumerate(content):
        if kind == "op":
            depth += (text in OPENERS) - (text in CLOSERS)
            if text == "," and not depth:
                items.append(content[start:index])
                start = index + 1
    return [*items, content[start:]]
