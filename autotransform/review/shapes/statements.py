"""The single changes of a passage: names that imports bind, and statements."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autotransform.review.shapes.import_names import Binding, pair_bindings, read_bindings
from autotransform.review.shapes.normal import normalise
from autotransform.review.shapes.placeholders import Normal, abstract
from autotransform.review.shapes.tokens import Token, find_unclosed, split_statements, tokenise, words_in

if TYPE_CHECKING:
    from collections.abc import Sequence

#: Both sides of a change that is none to Python: blanks, line ends, the order of imported names.
LAYOUT = "(layout)"
_END: list[Token] = [("end", "\n")]
_COMMA: Token = ("op", ",")


def read_changes(before: str, after: str, *, is_wide: bool = False) -> tuple[Normal, ...] | None:
    """Find the single changes of a passage.

    Args:
        before: The lines that were removed.
        after: The lines that were added.
        is_wide: Whether to take the lines for all that there is.

    Returns:
        ``None`` where they are a part of something in brackets, and say too little by themselves.
    """
    tokens = tokenise(before), tokenise(after)
    if not is_wide and _is_part(*tokens):
        return None
    bound: tuple[list[Binding], list[Binding]] = ([], [])
    others: tuple[list[list[Token]], list[list[Token]]] = ([], [])
    for index in (0, 1):
        for statement in split_statements(tokens[index]):
            bindings = read_bindings(statement)
            if bindings is None:
                others[index].append(statement)
            else:
                bound[index].extend(bindings)
    imports = tuple(_import_normal(old, new) for old, new in pair_bindings(*bound))
    return (*imports, *_statement_normals(*others)) or (Normal(before=LAYOUT, after=LAYOUT),)


def widen_to_brackets(before: str, after: str, *, above: Sequence[str], below: Sequence[str]) -> tuple[str, str]:
    """Take in the lines around a passage from the opening of the brackets in which it stands to their end.

    Args:
        before: The lines that were removed.
        after: The lines that were added.
        above: Lines that stand above it, nearest last.
        below: Lines that stand below it.

    Returns:
        Both as they came, where the brackets do not open and close within these lines.
    """
    head = "".join(above[len(above) - _lines_to_opening(before, after, above=above) :])
    ends = [end for side in (before, after) if (end := _lines_to_closing(head + side, below=below)) is not None]
    if len(ends) < 2:  # noqa: PLR2004 - one of the two sides does not close
        return before, after
    tail = "".join(below[: max(ends)])
    return head + before + tail, head + after + tail


def _is_part(before: list[Token], after: list[Token]) -> bool:
    if len(before) == len(after):
        return False
    return any(side and (side[-1] == _COMMA or find_unclosed(side) != (0, 0)) for side in (before, after))


def _lines_to_opening(before: str, after: str, *, above: Sequence[str]) -> int:
    sides = tokenise(before), tokenise(after)
    closed = max(find_unclosed(side)[0] for side in sides)
    if not closed and not any(side and side[-1] == _COMMA for side in sides):
        return 0
    missing = max(closed, 1)
    for count, line in enumerate(reversed(above), 1):
        closes, opens = find_unclosed(tokenise(line))
        if opens >= missing:
            return count
        missing += closes - opens
    return 0


def _lines_to_closing(text: str, *, below: Sequence[str]) -> int | None:
    _, opened = find_unclosed(tokenise(text))
    if not opened:
        return 0
    for count, line in enumerate(below, 1):
        closes, opens = find_unclosed(tokenise(line))
        if closes >= opened:
            return count
        opened += opens - closes
    return None


def _import_normal(old: Binding | None, new: Binding | None) -> Normal:
    if old and new and old.name == new.name and old.alias == new.alias:
        # A module that moves is one change, whatever is imported from it.
        texts = [f"from {binding.module} import A1" if binding.module else "import A1" for binding in (old, new)]
        return Normal(before=texts[0], after=texts[1], varying=(("A1", old.name),))
    return Normal(before=str(old or ""), after=str(new or ""))


def _statement_normals(before: list[list[Token]], after: list[list[Token]]) -> tuple[Normal, ...]:
    """Pair statements that were replaced one by one; what else there is counts as one change."""
    while before and after and before[0] == after[0]:
        before, after = before[1:], after[1:]
    while before and after and before[-1] == after[-1]:
        before, after = before[:-1], after[:-1]
    if len(before) == len(after) and all(map(_is_alike, before, after)):
        return tuple(normal for old, new in zip(before, after, strict=True) for normal in normalise(old, new))
    return (abstract(_joined(before), _joined(after)),)


def _is_alike(before: list[Token], after: list[Token]) -> bool:
    alike = set(before)
    if not alike.isdisjoint(token for token in after if token[0] == "name" and words_in(token)):
        return True
    words = {word for token in before for word in words_in(token)}
    return any(not words.isdisjoint(words_in(token)) for token in after) or len(before) == len(after) == 1


def _joined(statements: list[list[Token]]) -> list[Token]:
    joined: list[Token] = []
    for statement in statements:
        joined += [*_END[: len(joined)], *statement]
    return joined
