"""Why a run changed what it did: which method of the script, by which rule, and which case shows the same."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from autotransform.review.decisions import change_keys
from autotransform.review.hunks import FileChange
from autotransform.review.reasons.origins import find_origins
from autotransform.review.reasons.rules import Rulebook, list_rules
from autotransform.review.shapes.finding import find_changes, group_changes
from autotransform.script.methods import Method, find_helpers, find_methods

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from autotransform.engine import Run
    from autotransform.review.shapes.finding import Change, Shape
    from autotransform.script import Case, Script


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Where a change comes from, as far as that is certain."""

    #: Of the script, in the order of its lines; none where it is not known which.
    methods: tuple[Method, ...] = ()
    #: Which of the script's rules name it, counted from 0.
    rules: tuple[int, ...] = ()
    #: Names of the cases that hold a change of the same shape, in their order; none: no case covers it.
    cases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedChange:
    """One change, and why."""

    change: Change
    #: Twelve digits, hexadecimal; the same on the next run, wherever in its file the change then stands.
    key: str
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class ExplainedShape:
    """One shape, and why."""

    shape: Shape
    #: What is said of all its changes together.
    reason: Reason
    #: In path order.
    changes: tuple[ExplainedChange, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """All that a run changed, and why."""

    #: In plain words, one each.
    rules: tuple[str, ...]
    #: Of the script, in the order of its lines.
    methods: tuple[Method, ...]
    #: Rare ones first.
    shapes: tuple[ExplainedShape, ...]
    #: The shapes that the script's cases hold, each with the names of these cases.
    covered: tuple[tuple[Shape, tuple[str, ...]], ...] = ()


def explain(run: Run, changes: Sequence[FileChange]) -> Explanation:
    """Say of each change of a run where it comes from; nothing is told that is only likely.

    Args:
        run: What the script did, with its sites.
        changes: The changed files; all of them, or some.
    """
    script = run.script
    rules, methods = list_rules(script.rules), find_methods(script.source)
    found = list(find_changes(changes))
    covered = _find_covered(script.cases)
    covering = {shape.signature: names for shape, names in covered}
    book, index = Rulebook(rules), _MethodIndex(script, methods=methods)
    names = find_origins(run, changes, found=found)
    known: dict[tuple[str, frozenset[str], tuple[str, str]], Reason] = {}
    explained: dict[str, list[ExplainedChange]] = {}
    for change, key, by in zip(found, change_keys(found), names, strict=True):
        normal = change.normal
        sides = book.spell(normal.before, normal.after, varying=normal.varying)
        asked = change.signature, by, sides
        if asked not in known:
            known[asked] = _reason(sides, index.find(by), book=book, cases=covering.get(change.signature, ()))
        one = ExplainedChange(change=change, key=key, reason=known[asked])
        explained.setdefault(change.signature, []).append(one)
    shapes = tuple(
        ExplainedShape(
            shape=shape, reason=_joined(explained[shape.signature]), changes=tuple(explained[shape.signature])
        )
        for shape in group_changes(found)
    )
    return Explanation(rules=rules, methods=methods, shapes=shapes, covered=covered)


class _MethodIndex:
    """The methods of a script, by the names that its sites bear."""

    def __init__(self, script: Script, *, methods: Sequence[Method]) -> None:
        self._methods: dict[str, list[Method]] = defaultdict(list)
        for method in (*methods, *find_helpers(script.source)):
            self._methods[method.name].append(method)
        self._entry = script.entry

    def find(self, names: Iterable[str]) -> tuple[Method, ...]:
        """Give the methods of some names: of the class that was run where that has them."""
        found: list[Method] = []
        for name in sorted(names):
            every = self._methods.get(name, [])
            mine = [method for method in every if method.owner == self._entry]
            found += mine or every or [Method(name=name, first=0, last=0)]
        return tuple(sorted(found, key=lambda method: (method.first, method.name)))


def _find_covered(cases: Iterable[Case]) -> tuple[tuple[Shape, tuple[str, ...]], ...]:
    """Say of each shape that is in some case in which it is."""
    found: list[Change] = []
    names: dict[str, dict[str, None]] = defaultdict(dict)
    for case in cases:
        if case.after is not None:
            change = FileChange(path=case.path, before=case.before.encode(), after=case.after.encode())
            for each in find_changes([change]):
                found.append(each)
                names[each.signature][case.name] = None
    return tuple((shape, tuple(names[shape.signature])) for shape in group_changes(found))


def _reason(sides: tuple[str, str], methods: tuple[Method, ...], *, book: Rulebook, cases: tuple[str, ...]) -> Reason:
    rules = book.find(*sides, says=[method.says for method in methods if method.says])
    return Reason(methods=methods, rules=rules, cases=cases)


def _joined(changes: Sequence[ExplainedChange]) -> Reason:
    reasons = {id(each.reason): each.reason for each in changes}.values()
    methods = {method for reason in reasons for method in reason.methods}
    return Reason(
        methods=tuple(sorted(methods, key=lambda method: (method.first, method.name))),
        rules=tuple(sorted({rule for reason in reasons for rule in reason.rules})),
        cases=next((reason.cases for reason in reasons), ()),
    )
