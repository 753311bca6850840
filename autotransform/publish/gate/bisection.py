"""Find which parts of a change do harm: as few as can be told in as few tries as possible, and the same ones always."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

#: Of so many harmful parts, each is looked at once more: it may only have lacked another one.
_FEW = 6


class Exhausted(Exception):  # noqa: N818 - a fact about the budget
    """No more tries are left."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sifted:
    """What came of it. All three together are what was given."""

    #: They passed, all at once.
    kept: frozenset[str]
    #: Each with what it was tried with, itself included, when that failed.
    harmful: Mapping[str, frozenset[str]]
    #: There were no tries left to find out; in order.
    undecided: tuple[str, ...] = ()


def sift_parts(groups: Sequence[Sequence[str]], passes: Callable[[frozenset[str]], bool]) -> Sifted:
    """Find which parts can be kept together.

    Halves are tried on top of what is known to pass, down to one group, then down to one part. So what is kept was
    always tried as a whole; and what did no harm by itself is kept even where the rest is not.

    Args:
        groups: The parts; those that are likely to stand or fall together form a group. A part that is in several
            counts for the first.
        passes: Tries a set of parts; may raise `Exhausted`. It is not asked twice about the same set.
    """
    sifter = _Sifter(passes)
    seen: set[str] = set()
    items = []
    for group in groups:
        items.append(tuple(dict.fromkeys(part for part in group if part not in seen)))
        seen |= {*group}
    try:
        sifter.sift([item for item in items if item])
        sifter.reconsider()
    except Exhausted:
        pass
    undecided = [part for item in items for part in item if part not in sifter.kept and part not in sifter.harmful]
    return Sifted(kept=sifter.kept, harmful=sifter.harmful, undecided=tuple(undecided))


class _Sifter:
    def __init__(self, passes: Callable[[frozenset[str]], bool]) -> None:
        self._passes = passes
        self._known: dict[frozenset[str], bool] = {}
        self.kept: frozenset[str] = frozenset()
        self.harmful: dict[str, frozenset[str]] = {}

    def sift(self, items: list[tuple[str, ...]]) -> None:
        """Keep what can be kept of these, on top of what is kept already."""
        if not items or self._keep(frozenset(part for item in items for part in item)):
            return
        if len(items) > 1:
            middle = len(items) // 2
            self.sift(items[:middle])
            self.sift(items[middle:])
        elif len(items[0]) > 1:
            self.sift([(part,) for part in items[0]])
        else:
            (part,) = items[0]
            self.harmful[part] = self.kept | {part}

    def reconsider(self) -> None:
        """See whether one of the harmful parts is to blame for all: the others may have failed for lack of each other.

        The use of a new name fails without its definition, say, and the definition alone without its uses.
        """
        if not 1 < len(self.harmful) <= _FEW:
            return
        for part in [*self.harmful]:
            if self._keep(frozenset(other for other in self.harmful if other != part)):
                self.harmful = {part: self.harmful[part]}
                return
        # None is to blame alone: two may need each other, which were tried apart.
        for part in [*self.harmful]:
            if self._keep(frozenset({part})):
                del self.harmful[part]

    def _keep(self, parts: frozenset[str]) -> bool:
        wanted = self.kept | parts
        if wanted not in self._known:
            self._known[wanted] = self._passes(wanted)
        if self._known[wanted]:
            self.kept = wanted
        return self._known[wanted]
