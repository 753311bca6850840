"""Parts of an expression: where each operand, and each element of a bracket, may end."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autotransform.review.shapes.tokens import CLOSERS, KEYWORDS, OPENERS, Token, is_word

if TYPE_CHECKING:
    from collections.abc import Sequence

#: Tokens of a fragment, and tokens of a side in which fragments are looked for; beyond, only single tokens are.
_LONGEST_FRAGMENT, _LONGEST_SIDE = 48, 400
#: Calls, subscripts and attributes of an operand, with any number of which it may end.
_MOST_TRAILERS = 8

_OPERANDS = frozenset({"name", "number", "string", "comment"})
_TRAILERS, _TRAILER_STARTS = frozenset({"(", "["}), frozenset({"(", "[", "."})


def find_fragment_ends(side: Sequence[Token], *, alike: set[Token]) -> list[Sequence[int]]:
    """Tell for each token where a part of the expression that begins with it may end, the furthest first.

    Only parts that are made of tokens that stand on both sides.
    """
    if not alike or len(side) > _LONGEST_SIDE:
        return [[index + 1] if token in alike and _is_operand(token) else [] for index, token in enumerate(side)]
    partners, items = _read_brackets(side)
    ends: list[Sequence[int]] = [()] * len(side)
    last = len(side) - 1
    for index, end in enumerate(_reach(side, alike=alike)):
        if end == index:
            continue
        kind, text = side[index]
        stops: list[int] = []
        if kind in _OPERANDS and text not in KEYWORDS:
            is_alone = index == last or side[index + 1][1][0] not in _TRAILER_STARTS
            stops = [index + 1] if is_alone else _primary_ends(side, start=index, partners=partners)
        elif index in partners and not _is_trailer(side, at=index):
            stops = _primary_ends(side, start=index, partners=partners)
        item = items.get(index)
        if item is not None and item not in stops:
            stops = sorted([*stops, item], reverse=True)
        furthest = min(end, index + _LONGEST_FRAGMENT)
        ends[index] = stops if not stops or stops[0] <= furthest else [stop for stop in stops if stop <= furthest]
    return ends


def _reach(side: Sequence[Token], *, alike: set[Token]) -> list[int]:
    """Tell for each token how far there are only tokens that stand on both sides."""
    reach = [0] * len(side)
    end = len(side)
    for index in range(len(side) - 1, -1, -1):
        if side[index] not in alike:
            end = index
        reach[index] = end
    return reach


def _is_operand(token: Token) -> bool:
    return token[0] in _OPERANDS and token[1] not in KEYWORDS


def _is_trailer(side: Sequence[Token], *, at: int) -> bool:
    """Whether a bracket belongs to a call or a subscript."""
    return at > 0 and (is_word(side[at - 1]) or side[at - 1][1] in CLOSERS or side[at - 1][0] == "string")


def _read_brackets(side: Sequence[Token]) -> tuple[dict[int, int], dict[int, int]]:
    """Give for each bracket where it closes, and for the first token of each of its elements where that ends."""
    partners: dict[int, int] = {}
    ends: list[tuple[int, int, int]] = []
    #: Of each open bracket: where it stands, and where the element begins that is being read.
    stack: list[tuple[int, int]] = []
    for index, (kind, text) in enumerate(side):
        if kind != "op":
            continue
        if text in OPENERS:
            stack.append((index, index + 1))
        elif stack and (text == "," or text in CLOSERS):
            opener, start = stack[-1]
            if start < index:
                ends.append((opener, start, index))
            if text == ",":
                stack[-1] = opener, index + 1
            else:
                partners[opener] = index
                stack.pop()
    # The first element of a bracket that never closes may be anything.
    return partners, {start: end for opener, start, end in ends if opener in partners or start > opener + 1}


def _primary_ends(side: Sequence[Token], *, start: int, partners: dict[int, int]) -> list[int]:
    """Tell where an operand may end: with all its calls, subscripts and attributes, with fewer, and without."""
    end = partners[start] + 1 if start in partners else start + 1
    ends = [end]
    while end < len(side):
        kind, text = side[end]
        if kind == "op" and text in _TRAILERS and end in partners:
            end = partners[end] + 1
        elif kind == "name" and text[0] == ".":
            end += 1
        else:
            break
        ends.append(end)
    return ends[: -_MOST_TRAILERS - 1 : -1]
