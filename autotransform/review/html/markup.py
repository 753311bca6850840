"""Markup made of text that cannot become markup."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING, TypeAlias

from autotransform.review.text import safe_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_VOID = {"meta", "input"}
#: Quoted literals, double backquotes first, as docstrings have them.
_LITERAL = re.compile(r"``([^`]+)``|`([^`]+)`")


class Markup(str):
    """Text that is markup already; only this module makes it of anything but our own literals."""

    __slots__ = ()


Content: TypeAlias = "str | int | None"
Attribute: TypeAlias = "str | int | bool | None"


def element(name: str, *contents: Content, **attributes: Attribute) -> Markup:
    """Write one element. Text in it is escaped, but for ``Markup``; ``None`` is left out.

    Args:
        name: Of the element.
        contents: What stands in it.
        attributes: ``data_file`` is written ``data-file`` and ``class_`` ``class``; ``True`` stands without a value,
            ``False`` and ``None`` are left out.
    """
    written = "".join(
        f" {key.rstrip('_').replace('_', '-')}" + ("" if value is True else f'="{text_of(str(value))}"')
        for key, value in attributes.items()
        if value is not None and value is not False
    )
    opened = f"<{name}{written}>"
    return Markup(opened if name in _VOID else f"{opened}{joined(contents)}</{name}>")


def joined(contents: Iterable[Content]) -> Markup:
    """Put contents one after the other."""
    return Markup("".join(map(_written, contents)))


def text_of(text: str) -> Markup:
    """Escape a text; what does not print is made visible, line ends and tabs stay."""
    return Markup(escape("\n".join(map(safe_text, text.split("\n"))), quote=True))


def words_of(text: str) -> Markup:
    """Escape words of a docstring, what stands in backquotes as code."""
    parts, at = [], 0
    for found in _LITERAL.finditer(text):
        parts += [text_of(text[at : found.start()]), element("code", found[1] or found[2])]
        at = found.end()
    return joined([*parts, text_of(text[at:])])


def counted(count: int, noun: str) -> str:
    """Say how many there are."""
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def listed(items: Sequence[Content], *, most: int, **attributes: Attribute) -> Markup:
    """Write a list of at most so many items, and how many more there are."""
    shown = [element("li", item) for item in items[:most]]
    if len(items) > most:
        shown.append(element("li", f"… and {len(items) - most:,} more", class_="more"))
    return element("ul", *shown, **attributes)


def _written(content: Content) -> str:
    if content is None:
        return ""
    return content if isinstance(content, Markup) else text_of(str(content))
