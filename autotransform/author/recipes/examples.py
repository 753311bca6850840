"""Cases as recipes write them: short texts, built from the names of the request."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """One case of a script."""

    name: str
    before: str
    #: ``None``: nothing must change.
    after: str | None = None
    #: Where the text stands; empty: anywhere.
    path: str = ""
    #: How many places are listed as undecided; ``None``: it does not matter.
    skips: int | None = None


def text(*lines: str) -> str:
    """Join lines into the text of a file."""
    return "\n".join(lines) + "\n"


def unlike(*taken: str, wish: str) -> str:
    """Find a name for an example that is none of the names at hand."""
    name = wish
    while name in taken:
        name += "_"
    return name


def import_of(dotted: str) -> str:
    """Write the import of a module or of a name in one: ``from a import b``, or ``import b`` at the top."""
    parent, _, last = dotted.rpartition(".")
    return f"from {parent} import {last}" if parent else f"import {last}"


def unchanged(name: str, *lines: str, skips: int = 0, path: str = "") -> Example:
    """Write a case in which nothing must change, and a number of places are listed."""
    return Example(name=name, before=text(*lines), skips=skips, path=path)


def renamed(name: str, lines: Callable[[str], Sequence[str]], *, old: str, new: str, path: str = "") -> Example:
    """Write a case in which one name becomes another; ``lines`` writes the text for either."""
    return Example(name=name, before=text(*lines(old)), after=text(*lines(new)), path=path)
