"""Shapes that differ only in a name that goes: many to count, one to read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING, TypeAlias

from autotransform.review.shapes.tokens import KEYWORDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autotransform.review.reasons.why import ExplainedShape, Explanation
    from autotransform.review.shapes.finding import Shape
    from autotransform.script.methods import Method

#: As many shapes are told one by one: rare ones are where faults are.
_FEWEST = 8
_NAME = re.compile(r"[^\W\d]\w*")
_PLACEHOLDER = re.compile("[ASNC][0-9]+")
_ANY = "…"

#: What stands before, cut at the names that go, and what stands after.
_Kind: TypeAlias = tuple[tuple[str, ...], str]
#: And the methods that made it.
_Key: TypeAlias = "tuple[_Kind, tuple[Method, ...]]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """Shapes that are told as one."""

    #: Rare ones first; mostly a single one.
    shapes: tuple[ExplainedShape, ...]
    #: With ``…`` for a name that is another in each; with ``…1`` and ``…2`` where there are several.
    before: str
    #: What each of these stands for, in the order of the shapes; safe to show.
    varying: tuple[tuple[str, tuple[str, ...]], ...] = ()
    #: Names of the cases that hold such a change, be it with another name.
    cases: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """How many changes are of these shapes."""
        return sum(each.shape.count for each in self.shapes)

    @property
    def paths(self) -> tuple[str, ...]:
        """The files in which they are."""
        return tuple(dict.fromkeys(chain.from_iterable(each.shape.paths for each in self.shapes)))


def find_families(explanation: Explanation) -> tuple[Family, ...]:
    """Join shapes by the same methods that differ only in names that go, where there are many; rare families first."""
    groups: dict[_Key, list[ExplainedShape]] = {}
    for explained in explanation.shapes:
        groups.setdefault((_kind(explained.shape), explained.reason.methods), []).append(explained)
    families: list[Family] = []
    for (kind, _), group in groups.items():
        if len(group) >= _FEWEST:
            cases = [name for shape, names in explanation.covered if _kind(shape) == kind for name in names]
            families.append(_family(group, cases=tuple(dict.fromkeys(cases))))
        else:
            families += [Family(shapes=(each,), before=each.shape.before, cases=each.reason.cases) for each in group]
    return tuple(sorted(families, key=lambda family: (family.count, family.shapes[0].shape.signature)))


def _kind(shape: Shape) -> _Kind:
    pieces, _ = _cut(shape.before, kept=set(_NAME.findall(shape.after)))
    return pieces, shape.after


def _cut(before: str, *, kept: set[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Cut a text at the names that go; gives what stands between them, and the names."""
    pieces: list[str] = []
    names: list[str] = []
    at = 0
    for found in _NAME.finditer(before):
        if found[0] not in kept and found[0] not in KEYWORDS and not _PLACEHOLDER.fullmatch(found[0]):
            pieces.append(before[at : found.start()])
            names.append(found[0])
            at = found.end()
    return (*pieces, before[at:]), tuple(names)


def _family(group: Sequence[ExplainedShape], *, cases: tuple[str, ...]) -> Family:
    kept = set(_NAME.findall(group[0].shape.after))
    pieces = _cut(group[0].shape.before, kept=kept)[0]
    columns = list(zip(*(_cut(each.shape.before, kept=kept)[1] for each in group), strict=True))
    holes = [index for index, column in enumerate(columns) if len(set(column)) > 1]
    names = {index: _ANY if len(holes) == 1 else f"{_ANY}{number}" for number, index in enumerate(holes, 1)}
    shown = [names.get(index, column[0]) for index, column in enumerate(columns)]
    return Family(
        shapes=tuple(group),
        before="".join(chain.from_iterable(zip(pieces, [*shown, ""], strict=True))),
        varying=tuple((name, tuple(dict.fromkeys(columns[index]))) for index, name in names.items()),
        cases=cases,
    )
