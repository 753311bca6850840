"""Imports that go back, or stay beside the new ones, where some of what they were changed for is refused."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from autotransform.review.decisions import compose, is_refused

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from autotransform.engine.values import Breach
    from autotransform.review.decisions import Decisions, Unit
    from autotransform.review.shapes import Change

_WORD = re.compile(r"[^\W\d]\w*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What is to stand where a unit stands."""

    unit: Unit
    #: Whether the lines before are there, and those after.
    has_removed: bool
    has_added: bool

    @property
    def content(self) -> tuple[bytes, ...]:
        """The lines."""
        return (*(self.unit.removed if self.has_removed else ()), *(self.unit.added if self.has_added else ()))


def choose(units: Iterable[Unit], decisions: Decisions) -> tuple[Choice, ...]:
    """Say of each unit whether it stays as it was."""
    return tuple(
        Choice(unit=unit, has_removed=is_no, has_added=not is_no)
        for unit in units
        for is_no in [is_refused(unit, decisions)]
    )


def write_chosen(before: bytes, choices: Sequence[Choice]) -> bytes:
    """Give the text that some choices make of a file."""
    return compose(before, [(choice.unit, choice.content) for choice in choices])


def mend_imports(choices: Sequence[Choice], breaches: Sequence[Breach]) -> tuple[Choice, ...] | None:
    """Let the imports back that are missed, and drop those that nothing needs.

    Args:
        choices: What the text was made of.
        breaches: What is wrong with the text and was not wrong with the whole change.

    Returns:
        ``None`` where no import has anything to do with it.
    """
    missed = _names(breach for breach in breaches if breach.kind == "undefined")
    idle = _names(breach for breach in breaches if breach.kind in {"unused", "redefined"})
    mended = tuple(_mended(choice, missed=missed, idle=idle) for choice in choices)
    return None if mended == tuple(choices) else mended


def _mended(choice: Choice, *, missed: frozenset[str], idle: frozenset[str]) -> Choice:
    if not choice.has_added:  # it is as it was already
        return choice
    sides = [_sides(change) for change in _imports(choice.unit)]
    removed, added = _bound(before for before, _ in sides), _bound(after for _, after in sides)
    is_missed, is_idle = not missed.isdisjoint(removed), not idle.isdisjoint(added)
    is_doubled = choice.has_removed and not idle.isdisjoint(_words(choice.unit.removed))
    if not (is_missed or is_idle or is_doubled):
        return choice
    is_pure = len(_imports(choice.unit)) == len(choice.unit.changes)
    # What else happens on these lines would stand there twice, as would what both imports bind.
    if is_doubled or not (is_pure and added) or not all(line.endswith(b"\n") for line in choice.unit.removed):
        return replace(choice, has_removed=True, has_added=False)
    return replace(choice, has_removed=choice.has_removed or is_missed, has_added=not is_idle)


def _names(breaches: Iterable[Breach]) -> frozenset[str]:
    """Give every word of what is said of names: that of the name is among them."""
    return frozenset(word for breach in breaches for word in _WORD.findall(breach.message))


def _words(lines: Iterable[bytes]) -> frozenset[str]:
    return frozenset(word for line in lines for word in _WORD.findall(line.decode(errors="replace")))


def _imports(unit: Unit) -> tuple[Change, ...]:
    return tuple(
        change
        for change in unit.changes
        if all(text.startswith(("import ", "from ", "(layout)")) for text in _sides(change) if text)
    )


def _sides(change: Change) -> tuple[str, str]:
    named = dict(change.normal.varying)
    before, after = (
        _WORD.sub(lambda word: named.get(word[0], word[0]), text)
        for text in (change.normal.before, change.normal.after)
    )
    return before, after


def _bound(statements: Iterable[str]) -> frozenset[str]:
    """Give the names that imports may bind."""
    found: set[str] = set()
    for statement in statements:
        what = _WORD.findall(statement.rpartition("import ")[2])
        found.update({what[0], what[-1]} if what else ())
    return frozenset(found)
