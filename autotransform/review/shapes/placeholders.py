"""A change without what varies from place to place: that gets a name, the same on both sides."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

from autotransform.review.shapes.fragments import find_fragment_ends
from autotransform.review.shapes.tokens import (
    CLOSERS,
    KEYWORDS,
    OPENERS,
    Token,
    is_word,
    spell,
    split_string,
    words_in,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

#: A piece of one side that also stands on the other.
_Fragment: TypeAlias = tuple[Token, ...]

#: The longest literal that stands in a shape as it is.
_LONGEST_LITERAL = 40

_NAMING = frozenset({"name", "string"})
_LITERALS = frozenset({"string", "number"})
_MARK = re.compile("\0([0-9]+)\0")


@dataclass(frozen=True, slots=True, kw_only=True)
class Normal:
    """A change, as it is wherever it is made."""

    #: Source with placeholders: ``A1`` for what stands on both sides, ``S1``, ``N1`` and ``C1`` for strings, numbers
    #: and comments that do not.
    before: str
    after: str
    #: What each placeholder stands for here.
    varying: tuple[tuple[str, str], ...] = ()


@dataclass(slots=True)
class _Holes:
    """What was taken out, and by what it is to be called."""

    entries: list[tuple[str, str]] = field(default_factory=list)
    known: dict[tuple[str, str], int] = field(default_factory=dict)

    def put(self, letter: str, text: str) -> str:
        """Give the mark that stands for a text."""
        entry = letter, text
        if entry not in self.known:
            self.known[entry] = len(self.entries)
            self.entries.append(entry)
        return f"\0{self.known[entry]}\0"

    def text_of(self, mark: str) -> str:
        """Give what a mark stands for."""
        return self.entries[int(mark.strip("\0"))][1]


def abstract(before: Sequence[Token], after: Sequence[Token]) -> Normal:
    """Put placeholders for what stands on both sides, and for literals; all else is the change itself, and stays."""
    holes = _Holes()
    sides = (tuple(before), tuple(after))
    alike = set(before) & set(after)
    ends = [find_fragment_ends(side, alike=alike) for side in sides]
    found = [
        {side[start:end] for start, stops in enumerate(starts) for end in stops}
        for side, starts in zip(sides, ends, strict=True)
    ]
    shared = _Shared(
        fragments=found[0] & found[1],
        words=_words(before) & _words(after),
        runs=set(),
        lost=_literal_kinds(before, other=after),
    )
    if shared.words:
        shared.runs = _runs(before, shared=shared) & _runs(after, shared=shared)
    drawn = [
        _draw(side, ends=stops, shared=shared, holes=holes, is_after=is_after)
        for side, stops, is_after in zip(sides, ends, (False, True), strict=True)
    ]
    return _numbered(_with_joined_items(drawn[0], drawn[1], holes=holes), holes=holes)


@dataclass(slots=True)
class _Shared:
    """What stands on both sides."""

    fragments: set[_Fragment]
    words: set[str]
    #: Parts of chains: ``a.b`` of ``a.b.old`` and ``a.b.new``.
    runs: set[str]
    #: Kinds of literals of which one stands only before: what is new of these is made from it.
    lost: set[str]
    #: How often literals were taken out by themselves before: one that comes after all these is new, like it or not.
    single: Counter[Token] = field(default_factory=Counter)

    #: Chains that were split.
    known: dict[str, list[tuple[str, bool]]] = field(default_factory=dict)

    def parts(self, chain: str) -> list[tuple[str, bool]]:
        """Split a chain into parts that stand on both sides, and those that do not."""
        parts = self.known.get(chain)
        if parts is None:
            parts = self.known[chain] = _chain_parts(chain, words=self.words)
        return parts

    def count(self, literal: Token, *, is_after: bool) -> bool:
        """Note a literal that stands by itself; tells whether it stands on the other side, too."""
        self.single[literal] += -1 if is_after else 1
        return self.single[literal] >= 0


def _words(side: Sequence[Token]) -> set[str]:
    return {word for token in side if token[0] in _NAMING for word in words_in(token)}


def _literal_kinds(before: Sequence[Token], *, other: Sequence[Token]) -> set[str]:
    there = set(other)
    return {token[0] for token in before if token[0] in {"string", "number"} and token not in there}


def _runs(side: Sequence[Token], *, shared: _Shared) -> set[str]:
    return {
        run
        for kind, text in side
        if kind == "name" and text not in KEYWORDS
        for run, is_shared in shared.parts(text)
        if is_shared
    }


def _chain_parts(chain: str, *, words: set[str]) -> list[tuple[str, bool]]:
    """Split a chain into parts that stand on both sides, as long as can be, and those that do not."""
    names = chain.lstrip(".").split(".")
    if len(names) == 1:
        return [(names[0], names[0] in words)]
    parts: list[tuple[str, bool]] = []
    for word in names:
        if parts and word in words and parts[-1][1]:
            parts[-1] = (f"{parts[-1][0]}.{word}", True)
        else:
            parts.append((word, word in words))
    return parts


def _draw(
    side: tuple[Token, ...], *, ends: list[Sequence[int]], shared: _Shared, holes: _Holes, is_after: bool
) -> list[str]:
    """Write one side with marks for what is taken out."""
    drawn: list[str] = []
    fragments = shared.fragments
    at = 0
    while at < len(side):
        kind, text = side[at]
        end = 0
        for stop in ends[at]:
            if side[at:stop] in fragments:
                end = stop
                break
        if end == at + 1 and kind in _LITERALS and not shared.count(side[at], is_after=is_after):
            end = 0
        if end:
            spelled = text if end == at + 1 else spell((text for _, text in side[at:end]), brackets=1)
            # What follows a call keeps its dot: it is no name of its own.
            is_attribute = spelled[0] == "." and is_word(side[at])
            drawn.append(f".{holes.put('A', spelled[1:])}" if is_attribute else holes.put("A", spelled))
            at = end
        else:
            is_plain = kind == "op"
            drawn.append(text if is_plain else _draw_token(side[at], shared=shared, holes=holes, is_after=is_after))
            at += 1
    return drawn


def _draw_token(token: Token, *, shared: _Shared, holes: _Holes, is_after: bool) -> str:
    kind, text = token
    if kind == "name" and text not in KEYWORDS:
        return "." * text.startswith(".") + ".".join(
            _draw_part(part, is_shared=is_shared, shared=shared, holes=holes) for part, is_shared in shared.parts(text)
        )
    if kind == "comment":
        return "# " + holes.put("C", text)
    if kind in {"string", "number"}:
        # A literal that is new, and made from none that was there, is what the script says: it is the same everywhere.
        is_made = kind in shared.lost or not shared.words.isdisjoint(words_in(token))
        if is_after and not is_made and len(text) <= _LONGEST_LITERAL:
            return text
        if kind == "number":
            return holes.put("N", text)
        prefix, content = split_string(text)
        return prefix + holes.put("S", content)
    return "\n" if kind == "end" else text


def _draw_part(part: str, *, is_shared: bool, shared: _Shared, holes: _Holes) -> str:
    if not is_shared:
        return part
    if part in shared.runs:
        return holes.put("A", part)
    return ".".join(holes.put("A", word) for word in part.split("."))


def _with_joined_items(before: list[str], after: list[str], *, holes: _Holes) -> tuple[list[str], list[str]]:
    """Make one of arguments that follow each other on both sides: a call is the same however many it passes on."""
    pairs = _item_pairs(before) & _item_pairs(after)
    if not pairs:
        return before, after
    return _join_items(before, pairs=pairs, holes=holes), _join_items(after, pairs=pairs, holes=holes)


def _item_pairs(side: list[str]) -> set[tuple[str, str]]:
    """Find marks that stand alone between commas or brackets, and another such one behind."""
    alone = [
        index
        for index in range(1, len(side) - 1)
        if _MARK.fullmatch(side[index])
        and (side[index - 1] == "," or side[index - 1] in OPENERS)
        and (side[index + 1] == "," or side[index + 1] in CLOSERS)
    ]
    return {(side[first], side[second]) for first, second in pairwise(alone) if second == first + 2}


def _join_items(side: list[str], *, pairs: set[tuple[str, str]], holes: _Holes) -> list[str]:
    joined: list[str] = []
    at = 0
    while at < len(side):
        run = [side[at]]
        while at + 2 < len(side) and side[at + 1] == "," and (side[at], side[at + 2]) in pairs:
            at += 2
            run.append(side[at])
        joined.append(run[0] if len(run) == 1 else holes.put("A", ", ".join(map(holes.text_of, run))))
        at += 1
    return joined


def _numbered(sides: tuple[list[str], list[str]], *, holes: _Holes) -> Normal:
    """Call what was taken out by number, in the order in which it stands there."""
    labels: dict[str, str] = {}
    varying: list[tuple[str, str]] = []
    counts: dict[str, int] = {}

    def label_of(mark: re.Match[str]) -> str:
        if mark[1] not in labels:
            letter, text = holes.entries[int(mark[1])]
            counts[letter] = counts.get(letter, 0) + 1
            labels[mark[1]] = f"{letter}{counts[letter]}"
            varying.append((labels[mark[1]], text))
        return labels[mark[1]]

    before, after = (_MARK.sub(label_of, spell(side)) for side in sides)
    return Normal(before=before, after=after, varying=tuple(varying))
