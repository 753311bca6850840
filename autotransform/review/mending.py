"""Imports that go back, or stay beside the new ones, where some of what they were changed for is refused."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import accumulate, compress
from typing import TYPE_CHECKING

from autotransform.review.decisions import compose, is_refused

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from autotransform.engine.values import Breach
    from autotransform.review.decisions import Decisions, Unit
    from autotransform.review.shapes.finding import Change

_WORD = re.compile(r"[^\W\d]\w*")
#: A whole import on a line of its own.
_IMPORT = re.compile(rb"[ \t]*(?:from[ \t][^()#;\\]+[ \t])?import[ \t]([^()#;\\]+)(?:#.*)?", re.DOTALL)
_SOME = ("import ", "from ", "(layout)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What is to stand where a unit stands."""

    unit: Unit
    #: Of each line before and each after, whether it is there.
    removed: tuple[bool, ...]
    added: tuple[bool, ...]

    @property
    def content(self) -> tuple[bytes, ...]:
        """The lines."""
        return (*compress(self.unit.removed, self.removed), *compress(self.unit.added, self.added))

    @property
    def is_before(self) -> bool:
        """Whether it is as it was."""
        return all(self.removed) and not any(self.added)


def choose(units: Iterable[Unit], decisions: Decisions) -> tuple[Choice, ...]:
    """Say of each unit whether it stays as it was."""
    return tuple(_before(unit) if is_refused(unit, decisions) else _after(unit) for unit in units)


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


def _before(unit: Unit) -> Choice:
    return Choice(unit=unit, removed=(True,) * len(unit.removed), added=(False,) * len(unit.added))


def _after(unit: Unit) -> Choice:
    return Choice(unit=unit, removed=(False,) * len(unit.removed), added=(True,) * len(unit.added))


def _mended(choice: Choice, *, missed: frozenset[str], idle: frozenset[str]) -> Choice:
    if choice.is_before:
        return choice
    unit = choice.unit
    is_pure = all(map(_is_import, unit.changes))
    removed, added = ([_bound(line, is_pure=is_pure) for line in lines] for lines in (unit.removed, unit.added))
    back = [is_there or not missed.isdisjoint(names) for is_there, names in zip(choice.removed, removed, strict=True)]
    mended = replace(
        choice,
        removed=_with_blanks(unit.removed, back),
        added=tuple(is_there and idle.isdisjoint(names) for is_there, names in zip(choice.added, added, strict=True)),
    )
    # Another line cannot follow one that is the last of its text.
    is_sound = all(line.endswith(b"\n") for line in mended.content[:-1])
    is_whole = all(mended.removed) and not any(line.strip() for line in compress(unit.added, mended.added))
    return mended if is_sound and not is_whole else _before(unit)


def _with_blanks(lines: Sequence[bytes], back: Sequence[bool]) -> tuple[bool, ...]:
    """Let blank lines be there with the line above them; those at the start, with the line below."""
    filled = [is_there for line, is_there in zip(lines, back, strict=True) if line.strip()]
    if not any(filled):
        return tuple(back)
    numbers = [max(number - 1, 0) for number in accumulate(bool(line.strip()) for line in lines)]
    return tuple(filled[number] for number in numbers)


def _names(breaches: Iterable[Breach]) -> frozenset[str]:
    """Give every word of what is said of names: that of the name is among them."""
    return frozenset(word for breach in breaches for word in _WORD.findall(breach.message))


def _is_import(change: Change) -> bool:
    return all(text.startswith(_SOME) for text in (change.normal.before, change.normal.after) if text)


def _bound(line: bytes, *, is_pure: bool) -> frozenset[str]:
    """Give the names that a line may import; of one from within brackets, every word, if all around is imports."""
    whole = _IMPORT.fullmatch(line)
    if whole is None:
        return frozenset(_WORD.findall(line.decode(errors="replace"))) if is_pure else frozenset()
    names: set[str] = set()
    for item in whole[1].decode(errors="replace").split(","):
        words = _WORD.findall(item)
        # Of `a.b` the name is `a`, yet it is told by its last part where nothing uses it.
        names.update(words[-1:] if " as " in item else (*words[:1], *words[-1:]))
    return frozenset(names)
