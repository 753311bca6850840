"""What became of each word that a script's TARGETS ask about. None is left out: the fates add up to the words."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import libcst as cst

from autotransform.engine.alignment import find_counterparts
from autotransform.engine.sites import innermost
from autotransform.engine.spots import find_spots
from autotransform.engine.values import Word

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from autotransform.engine.sites import Place
    from autotransform.engine.spots import Spot
    from autotransform.engine.standing import Reader, Standing
    from autotransform.engine.values import Fate, Site

#: Of a node that a method changed: the parts that the method was about. A call is about what it calls, and not about
#: its arguments; a definition about its name, and not about its body.
_HEADS: dict[type[cst.CSTNode], tuple[str, ...]] = {
    cst.AnnAssign: ("annotation", "value"),
    cst.Annotation: ("annotation",),
    cst.Arg: ("value",),
    cst.Assign: ("value",),
    cst.Attribute: ("value", "attr"),
    cst.Await: ("expression",),
    cst.BinaryOperation: ("left", "right"),
    cst.BooleanOperation: ("left", "right"),
    cst.Call: ("func",),
    cst.ClassDef: ("name", "bases"),
    cst.Comparison: ("left", "comparisons"),
    cst.ComparisonTarget: ("comparator",),
    cst.Decorator: ("decorator",),
    cst.Element: ("value",),
    cst.ExceptHandler: ("type",),
    cst.Expr: ("value",),
    cst.FunctionDef: ("name",),
    cst.Import: ("names",),
    cst.ImportAlias: ("name", "asname"),
    cst.ImportFrom: ("module", "names"),
    cst.Raise: ("exc",),
    cst.Return: ("value",),
    cst.SimpleStatementLine: ("body",),
    cst.Subscript: ("value",),
    cst.Tuple: ("elements",),
    cst.UnaryOperation: ("expression",),
    cst.With: ("items",),
    cst.WithItem: ("item",),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Accounts:
    """The words of one file, and how many of them each changed site accounts for."""

    words: tuple[Word, ...] = ()
    by_site: Mapping[Site, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decisions:
    """What a transform did to one file, as far as words are concerned."""

    before: str
    #: The same text where nothing changed.
    after: str
    #: The words of the text before, in order.
    spots: Sequence[Spot]
    changed: Sequence[Place] = ()
    skipped: Sequence[Place] = ()
    #: Of the text before.
    reader: Reader
    #: Gives one of the text after; ``None`` where that cannot be read.
    after_reader: Callable[[], Reader | None]


def account_for(decisions: Decisions) -> Accounts:
    """Say of every word of the text before what became of it."""
    judge = _Judge(decisions)
    words = tuple(judge.word(spot) for spot in decisions.spots)
    holders = innermost(decisions.changed, spots=decisions.spots)
    changed = (spot for spot, word in zip(decisions.spots, words, strict=True) if word.fate == "changed")
    return Accounts(
        words=words, by_site=Counter(holders[spot.offset].site for spot in changed if spot.offset in holders)
    )


class _Judge:
    """Decides the fate of each word of one file."""

    def __init__(self, decisions: Decisions) -> None:
        self._decisions = decisions
        self._is_changed = decisions.before != decisions.after
        self._counterparts: dict[int, Spot] = {}
        if self._is_changed:
            words = {spot.word for spot in decisions.spots}
            after = {spot.offset: spot for spot in find_spots(decisions.after, words=words)}
            pairs = find_counterparts(decisions.before, decisions.after, spots=decisions.spots)
            self._counterparts = {old: after[new] for old, new in pairs.items() if new in after}
        self._skipped = innermost(decisions.skipped, spots=decisions.spots)
        self._heads = {id(name) for place in decisions.changed for name in _heads(place.node)}

    def word(self, spot: Spot) -> Word:
        """Give a word with its fate."""
        fate, why = self._fate(spot)
        return Word(line=spot.line, column=spot.column, name=spot.word, fate=fate, why=why)

    def _fate(self, spot: Spot) -> tuple[Fate, str]:
        if self._is_changed and spot.offset not in self._counterparts:
            return "changed", ""
        if spot.offset in self._skipped:
            return "skipped", self._skipped[spot.offset].site.reason
        standing = self._decisions.reader.standing(spot)
        if self._is_changed and self._has_changed(spot, standing):
            return "changed", ""
        if standing.fate == "unmatched" and id(self._decisions.reader.leaf(spot.offset)) in self._heads:
            return "changed", ""
        return standing.fate, standing.why

    def _has_changed(self, spot: Spot, standing: Standing) -> bool:
        """Whether a word that keeps its spelling stands for something else in the text after."""
        if not standing.is_target and not standing.names:
            return False
        reader = self._decisions.after_reader()
        if reader is None:
            return False
        after = reader.standing(self._counterparts[spot.offset])
        return (
            not after.is_target if standing.is_target else bool(after.names) and after.names.isdisjoint(standing.names)
        )


def _heads(node: cst.CSTNode | None, *, may_call: bool = True) -> Iterator[cst.Name]:
    """Find the names that a changed node is about; of a call inside a call only the outer one's."""
    if isinstance(node, cst.Name):
        yield node
    if node is None or (isinstance(node, cst.Call) and not may_call):
        return
    for field in _HEADS.get(type(node), ()):
        part = getattr(node, field)
        for each in part if isinstance(part, list | tuple) else (part,):
            if isinstance(each, cst.CSTNode):
                yield from _heads(each, may_call=may_call and not isinstance(node, cst.Call))
