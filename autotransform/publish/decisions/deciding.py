"""A run without what a person refused of it; and whether what is left holds by itself."""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from autotransform.engine.values import Changed, FileContext, Job, Skipped, Unchanged
from autotransform.review.decisions import Decisions, choose_effective, find_units, is_refused
from autotransform.review.hunks import FileChange
from autotransform.review.mending import choose, mend_imports, write_chosen
from autotransform.review.text import show_path
from autotransform.run import Limits
from autotransform.run.auditing import auditing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from autotransform.engine.values import Breach, Outcome, Run, Site, Word
    from autotransform.review.mending import Choice
    from autotransform.review.shapes.finding import Cache
    from autotransform.run import Selection

#: What is said of a place, and of a file.
REFUSED = "refused in review"
_LEFT_OUT = "left out: without what was refused of it, {}"
#: How often the imports of one file are mended, and files that are named.
_ROUNDS, _SHOWN = 4, 5
_NONE = Decisions()


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """A run, and what was left out of it."""

    run: Run
    #: Those refusals that say something about this run; what the record of a commit notes.
    effective: Decisions = field(default_factory=Decisions)
    #: How many changes stay as they were, and how many of them for everybody.
    count: int = 0
    shared: int = 0
    #: Files of which an import went back as well, or stays beside the new one; and those that are left out whole.
    mended: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
    #: One sentence each, for the person who runs it.
    notes: tuple[str, ...] = ()


def decide(
    run: Run, selection: Selection, *, decisions: Decisions, shared: Decisions = _NONE, limits: Limits | None = None
) -> Decided:
    """Leave out of a run what was refused.

    Where some of a file is left out, the rest is looked at once more, as the result of a worker is: an import that is
    missed then goes back, one that nothing needs goes, and where that does not do, the file stays as it was.

    Args:
        run: As the script left it: nothing of it is formatted.
        selection: What the run read.
        decisions: What was refused.
        shared: Those of them that the repository's own file holds.
        limits: For the child that looks at the files.

    Raises:
        RepositoryError: A file cannot be read any more.
        AutoTransformError: No child can be had.
    """
    changes = _changes_of(run, selection) if decisions else {}
    effective = choose_effective(changes.values(), decisions)
    if not effective:
        return Decided(run=run)
    known: Cache = {}
    outcomes: list[Outcome] = []
    mended, counts = list[str](), Counter[str]()
    with auditing(run.script, limits=limits or Limits()) as audit:
        for outcome in run.outcomes:
            if not isinstance(outcome, Changed) or outcome.path not in changes:
                outcomes.append(outcome)
                continue
            file = _File(changes[outcome.path], outcome, decisions=effective, known=known)
            counts.update(all=file.count, shared=file.count_of(shared))
            outcomes.append(file.decide(audit))
            mended += [outcome.path] * file.is_mended
    left_out = tuple(each.path for each in outcomes if isinstance(each, Skipped) and each.path in changes)
    return Decided(
        run=replace(run, outcomes=tuple(outcomes)),
        effective=effective,
        count=counts["all"],
        shared=counts["shared"],
        mended=tuple(mended),
        left_out=left_out,
        notes=_notes(mended=mended, left_out=[each for each in outcomes if each.path in left_out]),
    )


class _File:
    """One changed file of which something may be refused."""

    def __init__(self, change: FileChange, changed: Changed, *, decisions: Decisions, known: Cache) -> None:
        self._change, self._changed = change, changed
        self._choices = choose(find_units(change, known=known), decisions)
        self.count = sum(len(choice.unit.changes) for choice in self._choices if choice.is_before)
        self.is_mended = False

    def count_of(self, decisions: Decisions) -> int:
        """Tell how many of the changes that are refused are so by some of the decisions."""
        units = (choice.unit for choice in self._choices if choice.is_before)
        return sum(len(unit.changes) for unit in units if is_refused(unit, decisions))

    def decide(self, audit: Callable[[Job, Changed], Outcome]) -> Outcome:
        """Give what becomes of the file."""
        if not self.count:
            return self._changed
        choices: Sequence[Choice] = self._choices
        why = ""
        for _ in range(_ROUNDS):
            after = write_chosen(self._change.before, choices)
            if after == self._change.before:
                return self._unchanged()
            found = audit(self._job(), replace(self._changed, after=after))
            if not isinstance(found, Changed):
                return self._left_out("what is left does not compile")
            broken = _new_breaches(found, self._changed)
            if not broken:
                return self._kept(found, choices)
            why = broken[0].message
            better = mend_imports(choices, broken)
            if better is None:
                break
            choices, self.is_mended = better, True
        return self._left_out(why)

    def _job(self) -> Job:
        return Job(context=FileContext(path=self._change.path), content=self._change.before)

    def _kept(self, found: Changed, choices: Sequence[Choice]) -> Changed:
        # An import that is there again holds its words, and is no place that anybody refused.
        refused = self._refused_lines()
        before = _lines_before(choices)
        return replace(
            found,
            warnings=tuple(dict.fromkeys(found.warnings)),
            sites=tuple(_refused_site(site) if site.line in refused else site for site in self._changed.sites),
            words=tuple(_refused_word(word) if word.line in before else word for word in self._changed.words),
        )

    def _refused_lines(self) -> frozenset[int]:
        return _lines_before(each for each in self._choices if each.is_before)

    def _unchanged(self) -> Unchanged:
        changed, refused = self._changed, self._refused_lines()
        told = [site for site in changed.sites if site.status == "skipped" or site.line in refused]
        return Unchanged(
            path=changed.path,
            sites=tuple(map(_refused_site, told)),
            warnings=changed.warnings,
            words=tuple(map(_refused_word, changed.words)),
        )

    def _left_out(self, why: str) -> Skipped:
        self.is_mended = False
        return Skipped(path=self._changed.path, reason=_LEFT_OUT.format(why))


def _lines_before(choices: Iterable[Choice]) -> frozenset[int]:
    """Give the lines of the text before, from 1, that would have gone and are there."""
    return frozenset(
        choice.unit.start + number
        for choice in choices
        for number, is_there in enumerate(choice.removed, 1)
        if is_there
    )


def _refused_site(site: Site) -> Site:
    return replace(site, status="skipped", reason=REFUSED) if site.status == "changed" else site


def _refused_word(word: Word) -> Word:
    return replace(word, fate="skipped", why=REFUSED) if word.fate == "changed" else word


def _new_breaches(found: Changed, whole: Changed) -> tuple[Breach, ...]:
    """Give what is wrong now and was not wrong with the whole change, wherever it stands."""
    known = Counter((breach.kind, breach.message) for breach in whole.breaches)
    fresh = []
    for breach in found.breaches:
        if known[breach.kind, breach.message]:
            known[breach.kind, breach.message] -= 1
        else:
            fresh.append(breach)
    return tuple(fresh)


def _changes_of(run: Run, selection: Selection) -> dict[str, FileChange]:
    """Give before and after of every changed file that still holds what was transformed."""
    files = {file.path: file for file in selection.files}
    befores = selection.read_these(files[change.path] for change in run.changed)
    return {
        change.path: FileChange(path=change.path, before=before, after=change.after, mode=files[change.path].mode)
        for change, before in zip(run.changed, befores, strict=True)
        if change.before_sha256 in {"", hashlib.sha256(before).hexdigest()}
    }


def _notes(*, mended: Sequence[str], left_out: Iterable[Outcome]) -> tuple[str, ...]:
    notes = [f"{show_path(each.path)} is {each.reason}" for each in left_out if isinstance(each, Skipped)]
    more = [f"…and {len(notes) - _SHOWN} more files are left out whole"] if len(notes) > _SHOWN else []
    if mended:
        count = "In 1 file" if len(mended) == 1 else f"In {len(mended)} files"
        shown = ", ".join(map(show_path, mended[:_SHOWN])) + (", …" if len(mended) > _SHOWN else "")
        more.append(f"{count} an import stays, or goes, with what was refused: {shown}")
    return (*notes[:_SHOWN], *more)
