"""What a model is shown of the repository: the lines around the names that the request mentions, within a budget."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from autotransform.run.gate import is_generated, is_transform

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from autotransform.run import Selection

#: Characters that all excerpts may have together, about 4,000 tokens.
BUDGET = 14_000
_LINES_AROUND = 2
_LONGEST_LINE = 200
_HITS_IN_ONE_FILE = 8

#: A plain word that stands in more files than this says nothing about the request.
_RARE = 12

_QUOTED = re.compile(r"[`'\"]([^`'\"]{1,200})[`'\"]")
_DOTTED = re.compile(r"[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*")
#: What only code looks like: an underscore, a dot, a capital inside, a digit, all capitals.
_CODE = re.compile(r".*[_.].*|.*[a-z].*[A-Z].*|.*\d.*|[A-Z]{2,}")
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
class Excerpt:
    """Some lines of one file."""

    path: str
    #: Number and text, in order; a gap in the numbers is a gap in the text.
    lines: tuple[tuple[int, str], ...]

    @property
    def text(self) -> str:
        """The lines, each with its number in front, so that none of them can pass for anything else."""
        return "\n".join(f"{number:>5} | {line}" for number, line in self.lines)


@dataclass(frozen=True, slots=True, kw_only=True)
class Excerpts:
    """What was found for a request."""

    shown: tuple[Excerpt, ...] = ()
    #: Paths of all files that hold one of the names that the request certainly means, in path order.
    named_in: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Hits:
    path: str
    lines: tuple[str, ...]
    #: Index of each line that holds a word.
    hits: tuple[int, ...]
    words: frozenset[str]


def find_excerpts(request: str, selection: Selection, *, budget: int = BUDGET) -> Excerpts:
    """Find the places of the repository that a request is about; the files with most of its words come first."""
    certain, words = find_names(request)
    if not words:
        return Excerpts()
    found = list(_search(words, selection))
    counts = {word: sum(word in hits.words for hits in found) for word in words}
    certain_words = {part for name in certain for part in name.split(".")}
    telling = {word for word, count in counts.items() if word in certain_words or 0 < count <= _RARE}
    ranked = sorted(
        (hits for hits in found if hits.words & telling),
        key=lambda hits: (-len(hits.words & telling), len(hits.lines), hits.path),
    )
    named_in = tuple(hits.path for hits in found if any(set(name.split(".")) <= hits.words for name in certain))
    return Excerpts(shown=tuple(_within(budget, (_excerpt(hits) for hits in ranked))), named_in=named_in)


def find_names(request: str) -> tuple[frozenset[str], frozenset[str]]:
    """Find the names in a request.

    Returns:
        The dotted names that are certainly code, and all words worth looking for, the parts of the former among them.
    """
    quoted = {name for text in _QUOTED.findall(request) for name in _DOTTED.findall(text)}
    spoken = set(_DOTTED.findall(request))
    # At the end of a sentence stands a full stop, and "e.g." is no name: a dotted name has parts of some length.
    certain = quoted | {name for name in spoken if _CODE.fullmatch(name) and len(name) > len("e.g")}
    plain = {name for name in spoken if len(name) > len("of") and name.lower() not in _PLAIN}
    parts = {part for name in certain | plain for part in name.split(".")}
    return frozenset(certain), frozenset(part for part in parts if len(part) > 1)


def _search(words: frozenset[str], selection: Selection) -> Iterator[_Hits]:
    pattern = re.compile(rf"\b(?:{'|'.join(re.escape(word) for word in sorted(words))})\b")
    raw = [word.encode() for word in words]
    for file, content in selection.read_all():
        if not any(word in content for word in raw) or is_transform(content) or is_generated(content):
            continue
        lines = tuple(content.decode("utf-8", "replace").splitlines())
        matches = [(index, pattern.findall(line)) for index, line in enumerate(lines)]
        hits = tuple(index for index, found in matches if found)
        if hits:
            present = frozenset(word for _, found in matches for word in found)
            yield _Hits(path=file.path, lines=lines, hits=hits, words=present)


def _excerpt(hits: _Hits) -> Excerpt:
    wanted = sorted(
        {
            near
            for index in _spread(hits.hits)
            for near in range(index - _LINES_AROUND, index + _LINES_AROUND + 1)
            if 0 <= near < len(hits.lines)
        }
    )
    return Excerpt(path=hits.path, lines=tuple((index + 1, hits.lines[index][:_LONGEST_LINE]) for index in wanted))


def _spread(hits: tuple[int, ...]) -> tuple[int, ...]:
    """Choose some, from all over the file: imports stand at its top, uses below."""
    step = max(1, -(-len(hits) // _HITS_IN_ONE_FILE))
    return hits[::step]


def _within(budget: int, excerpts: Iterable[Excerpt]) -> Iterator[Excerpt]:
    for excerpt in excerpts:
        budget -= len(excerpt.path) + len(excerpt.text)
        if budget < 0:
            return
        yield excerpt
