"""What changes in one statement: as little of it as still is an expression."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from autotransform.review.shapes.placeholders import Normal, abstract
from autotransform.review.shapes.places import find_places, is_operator, is_whole
from autotransform.review.shapes.tokens import CLOSERS, OPENERS, Token, is_word

if TYPE_CHECKING:
    from collections.abc import Sequence

#: How often a change is widened to the brackets around it.
_WIDENINGS = 8


def normalise(before: Sequence[Token], after: Sequence[Token]) -> tuple[Normal, ...]:
    """Reduce a statement before and after to what changes in it.

    Several, where it changes in several places that make sense by themselves; none, where the tokens are the same.
    """
    if list(before) == list(after):
        return ()
    if replaced := _replaced_words(before, after):
        return tuple(_abstract_word(old, new) for old, new in replaced)
    return tuple(abstract(old, new) for old, new in find_places(before, after) or [_trimmed(before, after)])


def _trimmed(before: Sequence[Token], after: Sequence[Token]) -> tuple[Sequence[Token], Sequence[Token]]:
    head, tail = _core(before, after)
    return before[head : len(before) - tail], after[head : len(after) - tail]


def _replaced_words(before: Sequence[Token], after: Sequence[Token]) -> list[tuple[Token, Token]]:
    """Find the single names and literals that are replaced, if that is all that changes."""
    if len(before) != len(after):
        return []
    at = [index for index, (old, new) in enumerate(zip(before, after, strict=True)) if old != new]
    changed = [(before[index], after[index]) for index in at]
    return changed if all(is_word(old) and is_word(new) for old, new in changed) else []


@lru_cache(maxsize=1_024)
def _abstract_word(old: Token, new: Token) -> Normal:
    return abstract([old], [new])


def _core(before: Sequence[Token], after: Sequence[Token]) -> tuple[int, int]:
    """Tell how many tokens at both ends do not belong to the change."""
    shortest = min(len(before), len(after))
    head = 0
    while head < shortest and before[head] == after[head]:
        head += 1
    tail = 0
    while tail < shortest - head and before[-1 - tail] == after[-1 - tail]:
        tail += 1
    for _ in range(_WIDENINGS):
        if not head and not tail:
            break
        sides = before[head : len(before) - tail], after[head : len(after) - tail]
        if all(map(is_whole, sides)) and not _is_trailer(before, head=head, sides=sides):
            return head, tail
        with_operands = _take_operands(before, head=head, tail=tail) if all(map(is_operator, sides)) else None
        head, tail = with_operands or _widen(before, head=head, tail=tail)
    return 0, 0


def _take_operands(before: Sequence[Token], *, head: int, tail: int) -> tuple[int, int] | None:
    """Take in what stands at both sides of an operator; ``None`` where no operand does."""
    end = len(before) - tail
    left = head - 1
    while left >= 0 and (before[left][1] in {")", "]"} or before[left][1].startswith(".")):
        opener = left
        if before[left][1] in CLOSERS:
            found = _unmatched(range(left - 1, -1, -1), before, opening=CLOSERS, closing=OPENERS)
            if found is None:
                return None
            opener = found
        if opener == 0 or not (is_word(before[opener - 1]) or before[opener - 1][1] in {")", "]"}):
            left = opener
            break
        left = opener - 1
    if left < 0 or end >= len(before) or not (_is_value(before[left]) or before[left][1] in OPENERS):
        return None
    right = end
    if _is_value(before[end]):
        right = end + 1
    while right < len(before) and (before[right][1] in {"(", "["} or before[right][1].startswith(".")):
        if before[right][1] in OPENERS:
            found = _unmatched(range(right + 1, len(before)), before, opening=OPENERS, closing=CLOSERS)
            if found is None:
                return None
            right = found
        right += 1
    return (left, len(before) - right) if right > end else None


def _is_value(token: Token) -> bool:
    return is_word(token) or token[0] in {"number", "string"} or token[1] in {"None", "True", "False"}


def _is_trailer(before: Sequence[Token], *, head: int, sides: tuple[Sequence[Token], ...]) -> bool:
    """Whether a change begins with the brackets of a call, whose name stands before it."""
    return head > 0 and is_word(before[head - 1]) and any(side[0][1] in OPENERS for side in sides)


def _widen(before: Sequence[Token], *, head: int, tail: int) -> tuple[int, int]:
    """Take in the brackets around a change and what is called with them; everything, where there are none."""
    left = _unmatched(range(head - 1, -1, -1), before, opening=CLOSERS, closing=OPENERS)
    right = _unmatched(range(len(before) - tail, len(before)), before, opening=OPENERS, closing=CLOSERS)
    if left is None or right is None:
        return 0, 0
    if left and is_word(before[left - 1]):
        left -= 1
    return left, len(before) - right - 1


def _unmatched(
    positions: range, tokens: Sequence[Token], *, opening: frozenset[str], closing: frozenset[str]
) -> int | None:
    depth = 0
    for index in positions:
        kind, text = tokens[index]
        if kind == "op":
            depth += (text in opening) - (text in closing)
            if depth < 0:
                return index
    return None
