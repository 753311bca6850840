"""The names in a request: which are certainly code, and which may be."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

#: A plain word that stands in more files than this says nothing about the request.
_RARE = 12

#: Requests are short; what is behind this is not searched for names.
_LONGEST = 20_000
_LONGEST_NAME = 200

_QUOTED = re.compile(r"[`'\"]([^`'\"]{1,200})[`'\"]")
_DOTTED = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*")
#: What only code looks like: an underscore, a dot, a capital inside, a digit, all capitals.
_CODE = re.compile(r".*[_.].*|.*[a-z].*[A-Z].*|.*\d.*|[A-Z]{2,}")
#: Where a plain word must be a name: ``rename X to Y``, ``replace X by Y``, ``X()``, ``the decorator X``.
_STRESSED = (
    re.compile(r"\brename\s+(?:the\s+)?(?:\w+\s+)?(\w+)\s+(?:to|into)\s+(\w+)", re.IGNORECASE),
    re.compile(r"\b(?:replace|swap)\s+(\w+)\s+(?:by|with|for)\s+(\w+)", re.IGNORECASE),
    re.compile(r"\b(?:use|prefer)\s+(\w+)\s+(?:instead\s+of|over|rather\s+than)\s+(\w+)", re.IGNORECASE),
    re.compile(r"\b(?:argument|parameter|keyword|kwarg|decorator|function|method|class|module|attribute)\s+(\w+)"),
    re.compile(r"\b(\w+)\(()"),
)
_PARAMETERS = re.compile(r"\b(?:argument|parameter|kwarg|keyword)s?\b", re.IGNORECASE)
_PLAIN = frozenset(
    """
    about add added all and any argument arguments attribute attributes base become becomes before both by call called
    calls change class classes code const constant convert decorator decorators default does each every exception
    exceptions exist existing file files for from function functions has have here import imports instead into its
    keep keyword keywords leave literal make makes method methods migrate mod modern module modules move must name
    named names new nor not old one only out over package parameter parameters pass please put raise remove removed
    rename replace replaced return same should some string strings style switch than that the their them then this
    type types unless update use used uses using value values via was when where which will with without wrap
    """.split()  # noqa: SIM905 - a list of words reads best as words
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What is looked for."""

    #: Names, dotted or not, that are certainly code.
    certain: frozenset[str] = frozenset()
    #: Every word worth looking for, the parts of the former among them.
    words: frozenset[str] = frozenset()
    #: Those that stand where only a name can.
    stressed: frozenset[str] = frozenset()
    #: Whether it is about parameters and keyword arguments.
    is_about_parameters: bool = False

    @property
    def parts(self) -> frozenset[str]:
        """The parts of the names that are certainly code."""
        return frozenset(part for name in self.certain for part in name.split("."))

    @property
    def targets(self) -> tuple[str, ...]:
        """The names whose uses are wanted, in order."""
        return tuple(sorted(self.certain | (self.words - self.parts)))

    @property
    def lasts(self) -> frozenset[str]:
        """The last part of each of them."""
        return frozenset(name.rpartition(".")[2] for name in self.targets)

    def narrowed(self, counts: Mapping[str, int]) -> Wanted:
        """Leave out the plain words that stand in too many files to say anything, and those that stand in none.

        Args:
            counts: In how many files each word stands.
        """
        kept = self.parts | {word for word in self.stressed if counts.get(word)}
        plain = {word: count for word, count in counts.items() if count and word not in kept}
        rare = {word for word, count in plain.items() if count <= _RARE}
        if not (kept | rare) & {word for word, count in counts.items() if count} and plain:
            # Better the rarest than nothing at all.
            rare = {min(plain, key=lambda word: (plain[word], word))}
        return replace(self, words=kept | rare)

    def match(self, name: str) -> str:
        """Give the target that a qualified name stands for; empty when it is none.

        ``datetime.timezone.utc`` is ``timezone.utc``, and what a package passes on (``app.load`` for ``app.io.load``)
        is the same thing.
        """
        owner_of_name, _, last = name.rpartition(".")
        for target in self.targets:
            if name == target or name.endswith(f".{target}"):
                return target
            owner, _, member = target.rpartition(".")
            if owner_of_name and member == last and f"{owner}.".startswith(f"{owner_of_name}."):
                return target
            # Of what class an object is cannot be read; that the name has a class in front is a reason to show it.
            if name == f"?.{member}" and owner.rpartition(".")[2][:1].isupper():
                return target
        return ""

    def is_module_of(self, name: str) -> bool:
        """Tell whether a qualified name is a module, or a class, that one of the names stands in."""
        return any(target.startswith(f"{name}.") for target in self.targets)


def read_request(request: str) -> Wanted:
    """Find what a request names."""
    certain, words = find_names(request)
    stressed = {name for pattern in _STRESSED for found in pattern.findall(request[:_LONGEST]) for name in _flat(found)}
    return Wanted(
        certain=certain,
        words=words,
        stressed=frozenset(stressed & words),
        is_about_parameters=bool(_PARAMETERS.search(request)),
    )


def find_names(request: str) -> tuple[frozenset[str], frozenset[str]]:
    """Find the names in a request.

    Returns:
        The dotted names that are certainly code, and all words worth looking for, the parts of the former among them.
    """
    request = request[:_LONGEST]
    quoted = {name for text in _QUOTED.findall(request) for name in _DOTTED.findall(text)}
    spoken = {name for name in _DOTTED.findall(request) if len(name) <= _LONGEST_NAME}
    # At the end of a sentence stands a full stop, and "e.g." is no name: a dotted name has parts of some length.
    certain = quoted | {name for name in spoken if _CODE.fullmatch(name) and len(name) > len("e.g")}
    plain = {name for name in spoken if len(name) > len("of") and name.lower() not in _PLAIN}
    parts = {part for name in certain | plain for part in name.split(".")}
    return frozenset(certain), frozenset(part for part in parts if len(part) > 1)


def _flat(found: str | tuple[str, ...]) -> Iterable[str]:
    return (found,) if isinstance(found, str) else found
