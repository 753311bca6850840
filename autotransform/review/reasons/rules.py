"""The rules of a script in plain words: what its docstring lists, and which of them are about a change."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeAlias

from autotransform.review.shapes.tokens import KEYWORDS, tokenise

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_Texts: TypeAlias = tuple[str, ...]
#: Names that stand on one side of a change only, and keywords and operators that do.
_New: TypeAlias = tuple[set[str], set[str]]
#: Whether what goes is quoted, and how many names, and how many keywords and operators, are.
_Mark: TypeAlias = tuple[bool, int, int]

_ITEM = re.compile(r"\s*(?:[-*+]|\d{1,3}[.)])\s")
#: How a sentence ends, which need not be where a line does.
_ENDED = re.compile(r"[.:;!?…][)\]\"'`]*$")
_QUOTED = re.compile("``(.+?)``|`(.+?)`")
#: Of a call in general: `f(…)` means `f`.
_CALLED = re.compile(r"\((?:…|\.\.\.)?\)$")
_PLACEHOLDER, _NAME = re.compile("[ASNC][0-9]+"), re.compile(r"[\w\"']")
_PIECE = re.compile(r"\w+|[^\w\s]")
#: A placeholder in a chain: what it stands for may be what a rule is about.
_LINK = re.compile(r"(?<=\.)A[0-9]+\b|\bA[0-9]+(?=\.)")
_NONE: _Mark = (False, 0, 0)
#: Names that say nothing about a change.
_VAGUE = frozenset({"self", "cls"})
#: Characters of a rule that are looked through.
_LONGEST = 4_000
#: How a rule says that it is about what does not change.
_LEAVING = re.compile(r"\b(left|leaves?|stays?|kept|untouched|unchanged|ignored|skipped|listed|not changed)\b")


def list_rules(text: str) -> tuple[str, ...]:
    """Give the rules that a docstring holds, each on one line: its list items and, of other text, what ends a line.

    A line that is wrapped goes on with what it began; below an item, that is what is indented further.
    """
    rules: list[str] = []
    indent, is_item, is_open = 0, False, False
    for line in text.split("\n"):
        words = line.strip()
        depth = len(line) - len(line.lstrip())
        if not words:
            is_item = is_open = False
        elif _ITEM.match(line):
            rules.append(words)
            indent, is_item, is_open = depth, True, False
        elif is_item and depth > indent:
            rules[-1] += f" {words}"
        else:
            if is_open:
                rules[-1] += f" {words}"
            else:
                rules.append(words)
            is_item, is_open = False, _ENDED.search(words) is None
    return tuple(rules)


class Rulebook:
    """Rules, ready to be asked which of them name what a change removes or adds."""

    def __init__(self, rules: Sequence[str]) -> None:
        self._rules = rules
        self._is_leaving = [_LEAVING.search(rule.lower()) is not None for rule in rules]
        # What is left alone is often named by a word that is also a part of what changes.
        self._quotes = [
            [tokens for quote in _quotes(rule) if len(_all_parts(tokens := _texts(quote))) > is_leaving]
            for rule, is_leaving in zip(rules, self._is_leaving, strict=True)
        ]
        # Pieces of what is quoted: a change that holds none of them is named by no rule.
        self._parts = {
            piece for quotes in self._quotes for quote in quotes for text in quote for piece in _PIECE.findall(text)
        }

    def spell(self, before: str, after: str, *, varying: Iterable[tuple[str, str]]) -> tuple[str, str]:
        """Put names that some rule quotes back into chains in which a placeholder stands for them."""
        links = {*_LINK.findall(before), *_LINK.findall(after)}
        names = {holder: text for holder, text in varying if holder in links and text in self._parts}
        if not names:
            return before, after
        spelt = [_PLACEHOLDER.sub(lambda found: names.get(found[0], found[0]), text) for text in (before, after)]
        return spelt[0], spelt[1]

    def find(self, before: str, after: str, *, says: Sequence[str] = ()) -> tuple[int, ...]:
        """Tell which rules are about a change: those that name the most of it; none where none names any.

        A rule names something by quoting it in backquotes. Where some name what goes, those that name nothing but what
        comes are about something else that becomes the same. What says that something is left alone is about a change
        only if it names what goes and what comes, and neither by a single word.

        Args:
            before: What is removed, as a shape has it, or as `spell` gives it.
            after: What is added.
            says: The docstrings of the methods that made the change: a rule that stands there is about it.
        """
        plain = [_plain(text) for text in says]
        told = {index for index, rule in enumerate(self._rules) if any(_plain(rule) in text for text in plain)}
        if self._parts.isdisjoint(_PIECE.findall(f"{before}\n{after}")):
            return tuple(sorted(told))
        sides = _texts(before), _texts(after)
        parts = [set(_all_parts(side)) for side in sides]
        new = [_told_apart(here - there) for here, there in (parts, parts[::-1])]
        marks = [self._mark(index, sides=sides, new=new) for index in range(len(self._rules))]
        best = max(marks, default=_NONE)
        named = {index for index, mark in enumerate(marks) if any(mark) and mark == best}
        return tuple(sorted(named | told))

    def _mark(self, index: int, *, sides: tuple[_Texts, _Texts], new: list[_New]) -> _Mark:
        """Tell whether a rule quotes what goes, and count what it quotes of both sides: names, and other tokens."""
        marks = [
            max((_mark_of(quote, side, new=fresh) for quote in self._quotes[index]), default=(0, 0))
            for side, fresh in zip(sides, new, strict=True)
        ]
        names, others = map(sum, zip(*marks, strict=True))
        is_of_both = all(any(mark) for mark in marks)
        is_meant = is_of_both or (names and not self._is_leaving[index])
        return (any(marks[0]), names, others) if is_meant else _NONE


def _told_apart(parts: set[str]) -> _New:
    parts = {part for part in parts if not _PLACEHOLDER.fullmatch(part)} - _VAGUE
    names = {part for part in parts if _NAME.match(part) and part not in KEYWORDS}
    return names, parts - names


def _mark_of(quote: _Texts, side: _Texts, *, new: _New) -> tuple[int, int]:
    """Count what is new in one side of a change, in a quoted text that stands there; else in what it calls."""
    callee = quote[: quote.index("(")] if "(" in quote else ()
    for text in (quote, callee):
        parts = set(_all_parts(text))
        found = len(parts & new[0]), len(parts & new[1])
        # A single name of an import says too little: every line that binds it would be meant.
        is_vague = text == callee or len(parts) == 1
        if any(found) and _stands_in(text, side) and not (is_vague and side[:1] in {("import",), ("from",)}):
            return found
    return 0, 0


def _stands_in(quote: _Texts, side: _Texts) -> bool:
    width = len(quote)
    return any(all(map(_fits, quote, side[at : at + width])) for at in range(len(side) - width + 1))


def _fits(quoted: str, text: str) -> bool:
    """Whether a quoted token is one of a shape, where a placeholder stands for any name."""
    if quoted == text or (_PLACEHOLDER.fullmatch(text) and _NAME.match(quoted) and quoted not in KEYWORDS):
        return True
    names, there = _parts(quoted), _parts(text)
    if len(there) < 2 or len(names) > len(there):  # noqa: PLR2004 - not a chain
        return False
    if quoted.startswith(".") or len(names) == 1:  # a method of whatever
        there = there[-len(names) :]
    # A prefix may have any name, the last one is what is meant; a single letter stands for any.
    return len(names) == len(there) and all(
        name == other or (_PLACEHOLDER.fullmatch(other) and (more or len(name) == 1))
        for name, other, more in zip(names, there, range(len(names) - 1, -1, -1), strict=True)
    )


def _all_parts(texts: _Texts) -> list[str]:
    return [part for text in texts for part in _parts(text)]


def _parts(text: str) -> list[str]:
    """Split a chain into its names; anything else is one part."""
    return [part for part in text.split(".") if part] if _NAME.match(text.lstrip(".")) else [text]


def _texts(source: str) -> _Texts:
    return tuple(text for kind, text in tokenise(source) if kind != "end")


def _quotes(rule: str) -> list[str]:
    return [_CALLED.sub("", first or second) for first, second in _QUOTED.findall(rule[:_LONGEST])]


def _plain(text: str) -> str:
    return " ".join(text.replace("`", "").removeprefix("- ").rstrip(".").lower().split())
