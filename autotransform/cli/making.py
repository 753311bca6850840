"""The way from a transform to branches, that `apply` and `pr` go: run it, format, test and divide what it changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, cast, get_args

from autotransform.cli.deciding import tell_decided
from autotransform.cli.workflow import carry_out
from autotransform.errors import ConfigError, UsageError
from autotransform.publish import check_branch
from autotransform.publish.branches.branch import repository_of
from autotransform.publish.decisions.shared import load_refusals
from autotransform.publish.formatting.formatters import find_formatter
from autotransform.publish.gate.project_tests import find_words
from autotransform.publish.gate.trials import Budget
from autotransform.publish.making import Wishes, make_change
from autotransform.publish.splitting.dividing import Division
from autotransform.publish.splitting.parts import SplitBy

if TYPE_CHECKING:
    from autotransform.cli.session import Session
    from autotransform.cli.workflow import Work
    from autotransform.engine import Run
    from autotransform.publish.making import Change


@dataclass(frozen=True, slots=True, kw_only=True)
class Making:
    """What the command line says of the way; ``None``: the configuration says it."""

    formatter: str | None = None
    verify: str = ""
    verify_timeout: float | None = None
    split_by: str | None = None
    split_minimum: int | None = None
    split_maximum: int | None = None
    signoff: bool | None = None


NO_MAKING = Making()


def read_wishes(session: Session, work: Work, *, making: Making = NO_MAKING) -> Wishes:
    """Join what the command line says with the configuration of the commit that is read.

    Raises:
        UsageError: There is no such formatter, or the options exclude each other.
        ConfigError: The file that says what is refused does not hold.
    """
    config = work.config
    if making.verify_timeout is not None and not making.verify:
        raise UsageError("--verify-timeout goes with --verify.")
    named = config.formatter if making.formatter is None else making.formatter
    signoff = config.pull_request.signoff if making.signoff is None else making.signoff
    refusals = load_refusals(session.repository, work.selection, work.found.script.name)
    return Wishes(
        config=config,
        decisions=refusals.all,
        shared=refusals.shared,
        limits=work.limits,
        arguments=work.arguments,
        is_gated=session.is_gated,
        formatter=find_formatter(named, folder=session.start) if named else None,
        verify=making.verify,
        budget=Budget() if making.verify_timeout is None else Budget(seconds=making.verify_timeout),
        division=_division(work, making),
        signoff=signoff,
    )


def _division(work: Work, making: Making) -> Division | None:
    chosen = work.config.pull_request
    by = chosen.split_by if making.split_by is None else making.split_by
    if by in {"", "none"}:
        if making.split_minimum is not None or making.split_maximum is not None:
            raise UsageError("--split-minimum and --split-maximum go with --split-by.")
        return None
    if by not in get_args(SplitBy):
        raise ConfigError(f"A change cannot be divided by {by!r}.", hint=f"By: {', '.join(get_args(SplitBy))}.")
    minimum = chosen.split_minimum if making.split_minimum is None else making.split_minimum
    maximum = chosen.split_maximum if making.split_maximum is None else making.split_maximum
    return Division(by=cast("SplitBy", by), minimum=max(minimum, 1), maximum=maximum)


def require_makeable(session: Session, work: Work, *, making: Making = NO_MAKING) -> Wishes:
    """Find out what can be found out before the run, and before any question: that there could be a branch.

    Raises:
        UsageError: The formatter or the tests cannot be run, or what is read is not a commit.
        RepositoryError: Git knows no author, or a branch must not be moved.
    """
    wishes = read_wishes(session, work, making=making)
    check_branch(
        work.found.script,
        work.selection,
        config=work.config,
        arguments=work.arguments,
        formatter=wishes.formatter.record if wishes.formatter else None,
        is_divided=wishes.division is not None,
    )
    if wishes.verify:
        find_words(wishes.verify, repository_of(work.selection), base=work.selection.base)
    return wishes


def prepare_change(session: Session, work: Work, *, making: Making = NO_MAKING, done: Run | None = None) -> Change:
    """Run a transform, unless that is done, and get what it changed ready to become branches; none is moved.

    Raises:
        UsageError: The formatter or the tests cannot be run, or what is read is not a commit.
        NeedsAttention: The project's own tests fail before any change.
        RepositoryError: Git knows no author, or a branch must not be moved.
        ScriptError: The script cannot be loaded.
    """
    wishes = require_makeable(session, work, making=making)
    if done is None:
        done = carry_out(session, work)
    what = "Running the project's own tests" if wishes.verify else "Formatting"
    with session.terminal.working(what) as say:
        change = make_change(done, work.selection, wishes=wishes, on_run=say)
    if change.decided:
        tell_decided(session, work, change.decided)
    for note in change.notes:
        session.terminal.note(note)
    if change.verification:
        session.terminal.say(change.verification.sentence)
    return change
