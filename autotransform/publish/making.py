"""From a run to branches: have it formatted, have the project's own tests judge it, divide it, and commit each part."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from autotransform.publish.branches.branch import commit_run, make_words, repository_of, script_path
from autotransform.publish.branches.ownership import branch_of
from autotransform.publish.branches.record import make_record
from autotransform.publish.decisions.deciding import decide
from autotransform.publish.formatting.formatted import format_run
from autotransform.publish.gate.project_tests import leave_out, verify_run
from autotransform.publish.gate.trials import Budget
from autotransform.publish.splitting.dividing import divide, part_of, shapes_of
from autotransform.publish.splitting.parts import part_branch
from autotransform.review.decisions import Decisions

if TYPE_CHECKING:
    from collections.abc import Callable

    from autotransform.config import Config
    from autotransform.engine.values import Run
    from autotransform.publish.branches.branch import Commit
    from autotransform.publish.branches.message import Words
    from autotransform.publish.branches.record import Record
    from autotransform.publish.decisions.deciding import Decided
    from autotransform.publish.formatting.formatted import Formatted
    from autotransform.publish.formatting.formatters import Formatter
    from autotransform.publish.gate.project_tests import Verification
    from autotransform.publish.splitting.dividing import Division
    from autotransform.publish.splitting.parts import Part
    from autotransform.repository import Repository
    from autotransform.run import Limits, Selection


@dataclass(frozen=True, slots=True, kw_only=True)
class Wishes:
    """What is to become of a run before and while it becomes branches."""

    config: Config
    arguments: tuple[tuple[str, str], ...] = ()
    #: Whether the script's MENTIONS kept files from being parsed.
    is_gated: bool = True
    formatter: Formatter | None = None
    #: The command that runs the project's own tests; empty: they are not run.
    verify: str = ""
    budget: Budget = field(default_factory=Budget)
    division: Division | None = None
    #: What of it a person refused.
    decisions: Decisions = field(default_factory=Decisions)
    #: Those of them that stand in the repository's own file.
    shared: Decisions = field(default_factory=Decisions)
    signoff: bool = False
    #: For the child that looks at files of which some is refused.
    limits: Limits | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangePart:
    """What one branch is to hold."""

    branch: str
    #: ``None``: it is all.
    part: Part | None
    #: With only what it changed in this part.
    run: Run
    record: Record
    words: Words


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A run that is ready to become branches; nothing has been moved yet."""

    #: Formatted, and without what the project's own tests did not bear.
    run: Run
    #: How it was made, as a whole.
    record: Record
    #: In the order of their names; none where there is nothing to change.
    parts: tuple[ChangePart, ...]
    formatting: Formatted | None = None
    verification: Verification | None = None
    #: What was refused of it.
    decided: Decided | None = None
    #: One sentence each, for the person who runs it.
    notes: tuple[str, ...] = ()

    @property
    def is_whole(self) -> bool:
        """Whether what it does not change needs no change: no file failed, and none was left out."""
        left_out = (self.verification and self.verification.dropped) or (self.decided and self.decided.left_out)
        return not self.run.failed and not left_out

    @property
    def is_refused(self) -> bool:
        """Whether the project's own tests fail with any part of it."""
        return self.verification is not None and self.verification.state == "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A branch, and what it holds."""

    part: Part | None
    run: Run
    record: Record
    commit: Commit
    verification: Verification | None = None

    @property
    def notes(self) -> tuple[str, ...]:
        """One sentence each, for the person who will use the branch."""
        return self.commit.notes


def make_change(
    run: Run, selection: Selection, *, wishes: Wishes, on_run: Callable[[str], None] = lambda _: None
) -> Change:
    """Get a run ready to become branches; none is moved.

    Args:
        run: As the script left it.
        selection: What the run read: from a commit.
        wishes: What is to become of it.
        on_run: Told after each run of the project's own tests how it went.

    Raises:
        UsageError: The formatter or the tests cannot be run, or what was read is not a commit.
        NeedsAttention: The project's own tests fail before any change.
        RepositoryError: There can be no temporary working tree.
    """
    decided = decide(run, selection, decisions=wishes.decisions, shared=wishes.shared, limits=wishes.limits)
    run, notes = decided.run, list[str]()
    formatting = verification = None
    if wishes.formatter and run.changed:
        formatting = format_run(run, selection, formatter=wishes.formatter, jobs=wishes.config.jobs)
        run = formatting.run
        notes += formatting.notes
    if wishes.verify and run.changed:
        verification = _verify(run, selection, wishes=wishes, on_run=on_run)
        run = leave_out(run, verification)
        notes += verification.notes
    record = _record(run, selection, wishes=wishes, formatting=formatting, verification=verification, decided=decided)
    parts = _parts(run, selection, wishes=wishes, record=record, verification=verification) if run.changed else ()
    return Change(
        run=run,
        record=record,
        parts=parts,
        formatting=formatting,
        verification=verification,
        decided=decided,
        notes=tuple(notes),
    )


def make_branches(repository: Repository, change: Change) -> tuple[Made, ...]:
    """Make a branch of each part of a change, or move it along; in the order of the parts.

    Raises:
        RepositoryError: A branch must not be moved, or cannot be; those before it, as the details say, were.
    """
    return tuple(
        Made(
            part=each.part,
            run=each.run,
            record=each.record,
            commit=commit_run(repository, each.run, branch=each.branch, record=each.record, words=each.words),
            verification=change.verification,
        )
        for each in change.parts
    )


def _record(
    run: Run,
    selection: Selection,
    *,
    wishes: Wishes,
    formatting: Formatted | None,
    verification: Verification | None,
    decided: Decided,
) -> Record:
    return make_record(
        run.script,
        selection,
        script_path=script_path(wishes.config, run.script.name),
        arguments=wishes.arguments,
        strict=run.strict,
        is_gated=wishes.is_gated,
        formatter=formatting.record if formatting else wishes.formatter.record if wishes.formatter else None,
        dropped=verification.dropped_paths if verification else (),
        refused=decided.effective,
    )


def _verify(run: Run, selection: Selection, *, wishes: Wishes, on_run: Callable[[str], None]) -> Verification:
    path = script_path(wishes.config, run.script.name)
    return verify_run(
        run,
        selection,
        command=wishes.verify,
        groups=[shape.paths for shape in shapes_of(run, selection)],
        also={path: run.script.source.encode()},
        budget=wishes.budget,
        on_run=on_run,
    )


def _parts(
    run: Run, selection: Selection, *, wishes: Wishes, record: Record, verification: Verification | None
) -> tuple[ChangePart, ...]:
    division, name, repository = wishes.division, run.script.name, repository_of(selection)
    found: tuple[Part | None, ...] = divide(run, selection, division=division) if division else (None,)
    return tuple(
        ChangePart(
            branch=part_branch(name, part) if part else branch_of(name),
            part=part,
            run=part_of(run, part) if part else run,
            record=record.of_part(division.note(part) if division and part else None),
            words=make_words(repository, base=run.base, verification=verification, part=part, signoff=wishes.signoff),
        )
        for part in found
    )
