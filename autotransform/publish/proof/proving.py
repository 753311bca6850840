"""Prove that a branch is exactly what its script makes of where it goes, or tell what of it is not.

What the branch says of itself is only where to look. On which commit its changes are told, which folder holds scripts
and which formatter may run is for the other side to say: the branch that it goes to, and the command line. So whoever
writes a pull request, message and all, cannot have anything pass for the work of a script that is not.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, TypeAlias

from autotransform.config import Config, parse_config
from autotransform.publish.proof.claims import UnprovableError, find_claim
from autotransform.publish.proof.departures import Departure, find_departures, list_entries
from autotransform.publish.proof.hand_edits import OtherCommit, find_other_commits
from autotransform.publish.proof.lineage import is_ancestor, trace
from autotransform.publish.proof.rerun import Bench, choose_formatter, read_script
from autotransform.publish.proof.scrutiny import ScriptOrigin, find_origin, list_causes, list_left_out, list_unreviewed
from autotransform.review.text import show_path

if TYPE_CHECKING:
    from collections.abc import Callable

    from autotransform.publish.proof.claims import Claim
    from autotransform.publish.proof.lineage import Lineage
    from autotransform.publish.proof.rerun import Rerun
    from autotransform.repository import Repository
    from autotransform.run import Limits, Progress

ProofState: TypeAlias = Literal["proved", "different", "unprovable"]

_PYPROJECT = "pyproject.toml"
_PATHS_SHOWN = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What can be said of a branch."""

    state: ProofState
    #: The newest commit of the branch.
    tip: str
    #: The commit that the script was run on; empty: it was not.
    base: str = ""
    script_path: str = ""
    #: SHA-256 of the script, as the record has it.
    digest: str = ""
    #: Whether anybody but the branch holds this very script.
    origin: ScriptOrigin = "unknown"
    #: What of a proven branch a person must look at all the same; empty: nothing.
    unreviewed: tuple[str, ...] = ()
    #: The tree that the script makes of the base, and the one that the branch has.
    expected: str = ""
    found: str = ""
    #: How many files the script changed.
    changed: int = 0
    departures: tuple[Departure, ...] = ()
    #: Oldest first: commits by people, and those that only say that they are ours.
    commits: tuple[OtherCommit, ...] = ()
    #: Likely causes of a difference.
    causes: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    #: Of what cannot be proven: why, and what would help.
    reason: str = ""
    details: tuple[str, ...] = ()
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """On whose word a branch is looked at: never its own."""

    #: A commit of where the branch goes; ``None``: nobody says, and the base that it names itself is believed.
    target: str | None = None
    #: A commit whose scripts have been reviewed; ``None``: the target.
    trusted: str | None = None
    #: A known name, or a command, that the person gave.
    formatter: str = ""


def prove(
    repository: Repository,
    tip: str,
    *,
    terms: Terms,
    limits: Callable[[Config], Limits],
    on_progress: Callable[[Progress], None] | None = None,
) -> Proof:
    """Find out whether a branch is what its script makes of where it goes.

    Args:
        repository: Holds all of it.
        tip: The newest commit of the branch; or one that has arrived where it was to go, which is compared with its
            parent.
        terms: What is known, whatever the branch says.
        limits: Gives the limits for a run from the configuration of where the branch goes.
        on_progress: Called after each file.

    Raises:
        ConfigError: The configuration of where the branch goes does not hold.
        RepositoryError: Git cannot read what it holds.
        UntrustedError: Nothing here would hold the script, and nobody approved it.
    """
    try:
        lineage = trace(repository, tip, target=terms.target)
        claim = find_claim(lineage.own)
        config = _config_at(repository, lineage.floor)
        found = read_script(repository, claim, config=config)
        if found is None:
            return _other_script(repository, lineage, claim)
        script, notes = found
        formatter = choose_formatter(claim, config=config, given=terms.formatter, repository=repository)
        bench = Bench(
            repository=repository,
            claim=claim,
            script=script,
            config=config,
            limits=limits(config),
            formatter=formatter,
            on_progress=on_progress,
        )
        return _Case(bench=bench, lineage=lineage, terms=terms, notes=notes).judge()
    except UnprovableError as error:
        return Proof(state="unprovable", tip=tip, reason=error.message, details=error.details, hint=error.hint)


def _config_at(repository: Repository, commit: str) -> Config:
    content = repository.show_file(commit, _PYPROJECT)
    return Config() if content is None else parse_config(content, origin=f"{_PYPROJECT} at {commit[:10]}")


def _other_script(repository: Repository, lineage: Lineage, claim: Claim) -> Proof:
    """Say that the script is not the one that the record names; so there is nothing to run."""
    record = claim.record
    path = record.script_path
    there = repository.show_file(claim.commit.sha, path)
    what = "not there" if there is None else f"not the script that its record names (sha256 {record.digest[:12]}…)"
    return Proof(
        state="different",
        tip=lineage.tip,
        base=lineage.floor,
        script_path=path,
        digest=record.digest,
        found=repository.tree_of(lineage.tip),
        departures=(Departure(path=path, kind="missing" if there is None else "different", what=what),),
        causes=("Somebody edited or removed the script after it ran: run it again with `autotransform apply`.",),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """A branch whose script can be run."""

    bench: Bench
    lineage: Lineage
    terms: Terms
    notes: tuple[str, ...]

    def judge(self) -> Proof:
        """Run the script where the branch stands; if need be, also where its record says that it ran."""
        repository, floor = self.bench.repository, self.lineage.floor
        found = repository.tree_of(self.lineage.tip)
        recorded = self.bench.claim.record.base
        # The target was merged into the branch, say: then its files are as the script made them of an older commit.
        is_older = recorded != floor and repository.has_commit(recorded) and is_ancestor(repository, recorded, of=floor)
        try:
            here = self.bench.rerun(floor)
        except UnprovableError:
            if not is_older:
                raise
            return self._judge_older(recorded, found=found)
        departures = find_departures(
            repository, floor=floor, expected=here.trees[-1], found=found, selected=here.selected
        )
        if not departures or not is_older:
            return self._conclude(here, departures, found=found, notes=self._note_base(recorded))
        there = self.bench.rerun(recorded)
        left, late = self._forgive(departures, there, found=found)
        notes = [self._note_older(recorded)]
        if late:
            notes.append(
                f"{_files(late)} that it would change by now, and did not then: {_some(late)}. To have them, too,"
                " run `autotransform apply` again."
            )
        return self._conclude(there if not left else here, left, found=found, notes=tuple(notes))

    def _judge_older(self, recorded: str, *, found: str) -> Proof:
        """Judge what can be carried out on the recorded base alone: the part of a change whose others are merged.

        Its work is put on where the branch stands today, in every file that is the same there.
        """
        repository, floor = self.bench.repository, self.lineage.floor
        there = self.bench.rerun(recorded)
        today, then = list_entries(repository, floor), list_entries(repository, recorded)
        kept = tuple(each for each in there.run.outcomes if today.get(each.path) == then.get(each.path))
        trees = self.bench.plan(replace(there.run, outcomes=kept), floor)
        departures = find_departures(repository, floor=floor, expected=trees[-1], found=found, selected=there.selected)
        moved = replace(there, trees=(*there.trees, *trees))
        return self._conclude(moved, departures, found=found, notes=(self._note_older(recorded),))

    def _note_older(self, recorded: str) -> str:
        floor = self.lineage.floor
        return f"The script ran on {recorded[:12]}; where the branch goes has moved on to {floor[:12]} since."

    def _forgive(
        self, departures: tuple[Departure, ...], there: Rerun, *, found: str
    ) -> tuple[tuple[Departure, ...], list[str]]:
        """Leave out what is as the script made it on the recorded base, and stands on what is the same today.

        Gives what is left, and the files that the script had nothing to do in then, and would have now.
        """
        repository, floor = self.bench.repository, self.lineage.floor
        today, then = list_entries(repository, floor), list_entries(repository, there.base)
        made, is_there = list_entries(repository, there.trees[-1]), list_entries(repository, found)
        left, late = [], []
        for departure in departures:
            path = departure.path
            if is_there.get(path) == made.get(path) and today.get(path) == then.get(path):
                if departure.kind == "missing":
                    late.append(path)
            elif departure.kind == "missing" and made.get(path) == then.get(path):
                late.append(path)
            else:
                left.append(departure)
        return tuple(left), late

    def _note_base(self, recorded: str) -> tuple[str, ...]:
        floor = self.lineage.floor
        if recorded == floor or self.lineage.is_landed:
            return ()
        if self.bench.repository.has_commit(recorded) and is_ancestor(
            self.bench.repository, recorded, of=self.lineage.tip
        ):
            return ()
        moved = f"The branch was made on {recorded[:12]} and put on another commit since: the script was run on"
        return (f"{moved} {floor[:12]}, on which it stands.",)

    def _conclude(
        self, rerun: Rerun, departures: tuple[Departure, ...], *, found: str, notes: tuple[str, ...]
    ) -> Proof:
        bench, claim = self.bench, self.bench.claim
        # What has arrived there is no word of what was there before.
        there = None if self.lineage.is_landed else self.terms.target
        trusted = self.terms.trusted or there or self.lineage.floor
        origin = find_origin(bench.repository, claim, script=bench.script, trusted=trusted)
        commits = find_other_commits(
            bench.repository, self.lineage.own, trees={*rerun.trees}, departing={each.path for each in departures}
        )
        if commits and not departures:
            notes = (*notes, "Commits by people are among them, of which nothing is left.")
        return Proof(
            state="different" if departures else "proved",
            tip=self.lineage.tip,
            base=rerun.base,
            script_path=claim.record.script_path,
            digest=claim.record.digest,
            origin=origin,
            unreviewed=self._unreviewed(origin),
            expected=rerun.trees[-1],
            found=found,
            changed=len(rerun.run.changed),
            departures=departures,
            commits=commits,
            causes=list_causes(claim, formatter=bench.formatter, run=rerun.run) if departures else (),
            notes=(*self.notes, *notes, *self._note_landing(), *list_left_out(claim)),
        )

    def _unreviewed(self, origin: ScriptOrigin) -> tuple[str, ...]:
        bench = self.bench
        found = list_unreviewed(bench.claim, script=bench.script, config=bench.config, origin=origin)
        if self.terms.target is not None:
            return found
        unknown = (
            "Nothing says where the branch goes, so it was compared with the base that it names itself,"
            f" {self.lineage.floor[:12]}; say it with --base REF."
        )
        return (unknown, *found)

    def _note_landing(self) -> tuple[str, ...]:
        if not self.lineage.is_landed:
            return ()
        return (f"It has arrived where it was to go, and was compared with its parent {self.lineage.floor[:12]}.",)


def _files(paths: list[str]) -> str:
    return "1 file" if len(paths) == 1 else f"{len(paths)} files"


def _some(paths: list[str]) -> str:
    more = len(paths) - _PATHS_SHOWN
    shown = ", ".join(show_path(path) for path in paths[:_PATHS_SHOWN])
    return f"{shown} and {more} more" if more > 0 else shown
