"""What is asked of a person who goes through a change, and where the answers lead. Values in, values out."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from itertools import groupby
from typing import TYPE_CHECKING, Literal, TypeAlias

from autotransform.review.decisions import Decisions

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autotransform.review.why import ExplainedChange, ExplainedShape, Explanation

#: All changes of a shape, or those that are left of it; those in one file; a single one.
Scope: TypeAlias = Literal["shape", "file", "change"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Changes of one shape that are accepted or refused together."""

    scope: Scope
    shape: ExplainedShape
    #: Of that shape; in path order.
    changes: tuple[ExplainedChange, ...]

    @property
    def decisions(self) -> Decisions:
        """What an answer to it is about: the shape wherever it is, where nothing of it was decided by itself."""
        if self.scope == "shape" and len(self.changes) == len(self.shape.changes):
            return Decisions(shapes=frozenset({self.shape.shape.signature}))
        return Decisions(changes=frozenset(each.key for each in self.changes))

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
        """Ask the first question file by file, or change by change; as it is where it is no more than that."""
        first, *rest = self.pending
        return replace(self, pending=(*_divided(first, scope=scope), *rest))


def begin(explanation: Explanation, *, refused: Decisions, accepted: Decisions) -> Round:
    """Ask about each shape of which something was not answered before; imports come last.

    What is refused or accepted of other runs stays so.
    """
    shapes = sorted(explanation.shapes, key=_is_import)  # stable: rare ones stay first
    questions = [question for shape in shapes if (question := _left(shape, answered=refused | accepted))]
    return Round(pending=tuple(questions), refused=refused, accepted=accepted)


def _left(shape: ExplainedShape, *, answered: Decisions) -> Question | None:
    if shape.shape.signature in answered.shapes:
        return None
    left = tuple(
        each for each in shape.changes if each.key not in answered.changes and each.change.path not in answered.files
    )
    return Question(scope="shape", shape=shape, changes=left) if left else None


def _is_import(shape: ExplainedShape) -> bool:
    """Tell whether nothing but an import changes: what needs it is asked about first."""
    normal = shape.shape.example.normal
    return all(text.startswith(("import ", "from ")) for text in (normal.before, normal.after) if text)


def _divided(question: Question, *, scope: Scope) -> Sequence[Question]:
    if scope == "shape" or question.scope in {"change", scope}:
        return (question,)
    if scope == "file":
        groups = [tuple(group) for _, group in groupby(question.changes, key=lambda each: each.change.path)]
    else:
        groups = [(each,) for each in question.changes]
    return [replace(question, scope=scope, changes=group) for group in groups]
