"""What is asked of a person who goes through a change, and where the answers lead. Values in, values out."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal, TypeAlias, get_args

from autotransform.review.decisions import Decisions
from autotransform.review.shapes.families import Family, find_families

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autotransform.review.reasons.why import ExplainedChange, ExplainedShape, Explanation
    from autotransform.review.shapes.finding import Change

#: Shapes that are told as one; all changes of a shape, or those that are left of it; those in one file; a single one.
Scope: TypeAlias = Literal["family", "shape", "file", "change"]

_FINENESS: tuple[Scope, ...] = get_args(Scope)


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Changes that are accepted or refused together."""

    #: Counted from 1, of those that were asked in the beginning; what it was divided into has the same.
    number: int
    scope: Scope
    #: What it is about; of a single shape mostly.
    family: Family
    #: Of these shapes; in path order, shape by shape.
    changes: tuple[ExplainedChange, ...]

    @property
    def decisions(self) -> Decisions:
        """What an answer to it is about: the shape wherever it is, where nothing of it was decided by itself."""
        counts = Counter(each.change.signature for each in self.changes)
        is_broad = self.scope in {"family", "shape"}
        whole = {
            each.shape.signature
            for each in self.family.shapes
            if is_broad and counts[each.shape.signature] == len(each.changes)
        }
        keys = frozenset(each.key for each in self.changes if each.change.signature not in whole)
        return Decisions(shapes=frozenset(whole), changes=keys)

    @property
    def paths(self) -> tuple[str, ...]:
        """The files that it is about, in path order."""
        return tuple(dict.fromkeys(each.change.path for each in self.changes))


@dataclass(frozen=True, slots=True, kw_only=True)
class Round:
    """How far a person has come."""

    #: Still to be asked, in order.
    pending: tuple[Question, ...]
    refused: Decisions = field(default_factory=Decisions)
    accepted: Decisions = field(default_factory=Decisions)

    def answer(self, *, is_yes: bool) -> Round:
        """Answer the first question."""
        first, *rest = self.pending
        if is_yes:
            return replace(self, pending=tuple(rest), accepted=self.accepted | first.decisions)
        return replace(self, pending=tuple(rest), refused=self.refused | first.decisions)

    def accept_rest(self) -> Round:
        """Answer every question with yes."""
        accepted = self.accepted
        for question in self.pending:
            accepted |= question.decisions
        return replace(self, pending=(), accepted=accepted)

    def divide(self, scope: Scope) -> Round:
        """Ask the first question shape by shape, file by file, or change by change; as it is where it is no more."""
        first, *rest = self.pending
        return replace(self, pending=(*_divided(first, scope=scope), *rest))


def begin(
    explanation: Explanation, *, refused: Decisions, accepted: Decisions, given: Decisions | None = None
) -> Round:
    """Ask about each kind of change of which something was not answered before; imports come last.

    An import that comes or goes follows what needs it, and is asked about only where nothing else of a file changes.

    What is refused or accepted of other runs stays so. What is given was decided for everybody, and is no question.
    """
    families = sorted(find_families(explanation), key=_is_import)  # stable: rare ones stay first
    following = _find_following(explanation)
    answered = refused | accepted | (given or Decisions()) | Decisions(changes=following)
    left = [(family, changes) for family in families if (changes := _left(family, answered=answered))]
    questions = [_question(number, family, changes) for number, (family, changes) in enumerate(left, 1)]
    return Round(pending=tuple(questions), refused=refused, accepted=accepted)


def _question(number: int, family: Family, changes: tuple[ExplainedChange, ...]) -> Question:
    scope: Scope = "family" if len(family.shapes) > 1 else "shape"
    return Question(number=number, scope=scope, family=family, changes=changes)


def _left(family: Family, *, answered: Decisions) -> tuple[ExplainedChange, ...]:
    return tuple(
        each
        for shape in family.shapes
        if shape.shape.signature not in answered.shapes
        for each in shape.changes
        if each.key not in answered.changes and each.change.path not in answered.files
    )


def _is_import(family: Family) -> bool:
    """Tell whether nothing but an import changes: what needs it is asked about first."""
    return all(map(_imports, _sides(family.shapes[0].shape.example)))


def _find_following(explanation: Explanation) -> frozenset[str]:
    """Find imports that come or go, in files of which something else changes."""
    every = [each for shape in explanation.shapes for each in shape.changes]
    one_sided = {each.key for each in every if _comes_or_goes(each.change)}
    led = {each.change.path for each in every if each.key not in one_sided}
    return frozenset(each.key for each in every if each.key in one_sided and each.change.path in led)


def _comes_or_goes(change: Change) -> bool:
    """Tell whether a change is an import of which it can be told whether anything needs it."""
    sides = _sides(change)
    return len(sides) == 1 and _imports(*sides) and not sides[0].startswith("from __future__")


def _sides(change: Change) -> tuple[str, ...]:
    return tuple(text for text in (change.normal.before, change.normal.after) if text)


def _imports(text: str) -> bool:
    return text.startswith(("import ", "from "))


def _divided(question: Question, *, scope: Scope) -> Sequence[Question]:
    if _FINENESS.index(scope) <= _FINENESS.index(question.scope):
        return (question,)
    if scope == "shape":
        return [_of_shape(question, shape) for shape in question.family.shapes if _of_shape(question, shape).changes]
    if scope == "change":
        return [replace(question, scope=scope, changes=(each,)) for each in question.changes]
    by_path: dict[str, list[ExplainedChange]] = {}
    for each in question.changes:
        by_path.setdefault(each.change.path, []).append(each)
    return [replace(question, scope=scope, changes=tuple(group)) for group in by_path.values()]


def _of_shape(question: Question, shape: ExplainedShape) -> Question:
    alone = Family(shapes=(shape,), before=shape.shape.before, cases=shape.reason.cases)
    changes = tuple(each for each in question.changes if each.change.signature == shape.shape.signature)
    return replace(question, scope="shape", family=alone, changes=changes)
