"""What `autotransform pr` does, step by step: find the place, run, make branches, propose, publish."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from autotransform.errors import AutoTransformError, GitHubError, RepositoryError, UsageError
from autotransform.publish.branches.keeping import HeldError, There
from autotransform.publish.branches.ownership import branch_of
from autotransform.publish.making import make_branches
from autotransform.publish.pull_requests.proposals import Terms
from autotransform.publish.pull_requests.reconciliation import Ending, Place, Publisher
from autotransform.publish.pull_requests.remote_branches import list_family, take_over_branches
from autotransform.publish.pull_requests.standpoint import refuse_older, tell_distance

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from autotransform.cli.session import Session
    from autotransform.cli.workflow import Work
    from autotransform.publish.action.step import Event
    from autotransform.publish.making import Change
    from autotransform.publish.pull_requests.proposals import Proposal
    from autotransform.repository import Repository
    from autotransform.repository.remote import Connection

#: Of the JSON: within one version keys are added, never renamed, removed or given another meaning.
_SCHEMA = 1
_HEADS = "refs/heads/"
#: How much of the history a shallow clone is given.
_DEPTH = 100
_NO_BRANCH = frozenset("*?[]~^: \\")


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What the command line asks for; ``None`` and empty: what the configuration says."""

    base: str | None = None
    remote: str | None = None
    target: str | None = None
    title: str = ""
    template: Path | None = None
    labels: tuple[str, ...] = ()
    reviewers: tuple[str, ...] = ()
    team_reviewers: tuple[str, ...] = ()
    assignees: tuple[str, ...] = ()
    draft: bool | None = None
    #: Whether branches may go to a commit older than what they were made from.
    is_moving_back: bool = False


@dataclass(slots=True, kw_only=True)
class Report:
    """The manifest: what came of it, as far as it went."""

    is_dry: bool
    transform: str = ""
    base: str = ""
    target: str = ""
    counts: dict[str, int] = field(default_factory=dict)
    parts: tuple[dict[str, Any], ...] = ()
    waiting: tuple[str, ...] = ()
    error: AutoTransformError | None = None

    def write(self, path: Path) -> None:
        """Write it as JSON.

        Raises:
            UsageError: The file cannot be written.
        """
        first: dict[str, Any] = self.parts[0] if self.parts else {"operation": "none"}
        error = {"message": self.error.message, "hint": self.error.hint} if self.error else None
        told = {
            "schema": _SCHEMA,
            "dry_run": self.is_dry,
            "transform": self.transform,
            "base": self.base,
            "target": self.target,
            **{key: first.get(key) for key in ("operation", "number", "url", "branch", "head-sha")},
            "counts": self.counts,
            "parts": list(self.parts),
            "waiting": list(self.waiting),
            "error": error,
        }
        try:
            path.write_text(json.dumps(told, indent=2) + "\n", encoding="ascii")
        except OSError as failure:
            raise UsageError(f"The report cannot be written to {path}: {failure.strerror}.") from failure


@dataclass(frozen=True, slots=True, kw_only=True)
class Errand:
    """One call of the command."""

    session: Session
    repository: Repository
    order: Order
    report: Report
    event: Event
    #: Finds script and files, given the commit to read.
    prepare: Callable[[str | None], Work]
    #: Runs the script and gets the change ready; no branch moves.
    make: Callable[[Work], Change]

    def publish(self, token: str) -> int:
        """Bring the pull requests to the state that the run asks for."""
        from autotransform.publish.github.client import GitHub  # noqa: PLC0415 - the HTTP client takes its time
        from autotransform.publish.github.remotes import find_home  # noqa: PLC0415

        home = find_home(self.repository, remote=self.remote(), environment=os.environ)
        credentials = home.credentials(token)
        with (
            GitHub(home.api_url, token, owner=home.owner, name=home.name, web_url=home.web_url) as github,
            self.repository.connect(home.remote, credentials=credentials) as connection,
        ):
            hosted = github.repository()
            if hosted.is_archived:
                raise GitHubError(
                    f"The repository {hosted.full_name} is archived, and read-only.",
                    hint=f"Unarchive it first: {hosted.url}/settings, Danger Zone.",
                )
            work = self.prepare(self.find_base(connection))
            target, there = self._find_target(work, connection, default=hosted.default_branch)
            self.repository.require_identity()
            tips = list_family(connection, work.found.script.name)
            take_over_branches(self.repository, connection, tips, base=work.selection.base)
            if not self.order.is_moving_back:
                base = work.selection.base
                refuse_older(self.repository, tips, base=base, tip=there, remote=connection.name)
            self._deepen(connection, tips, base=work.selection.base, target=target)
            place = Place(repository=self.repository, connection=connection, github=github)
            terms = find_terms(self.order, work, target=target)
            publisher = Publisher(place, name=work.found.script.name, terms=terms, tips=tips)
            try:
                return self._publish(work, publisher, terms=terms)
            except HeldError as error:
                if tip := tips.get(error.branch):
                    error.turn_to(There(remote=connection.name, tip=tip))
                raise

    def _deepen(self, connection: Connection, tips: Mapping[str, str], *, base: str, target: str) -> None:
        """Have enough history in a shallow clone to tell what was merged into a branch: main, or what people made."""
        is_shallow = (self.repository.common_dir / "shallow").exists()
        if is_shallow and any(
            len(commit.parents) > 1
            for tip in tips.values()
            if self.repository.has_commit(tip)
            for commit in self.repository.commits(base, tip, limit=_DEPTH)
        ):
            connection.fetch(f"{_HEADS}{target}", into=f"refs/autotransform/base/{target}", depth=_DEPTH)

    def _publish(self, work: Work, publisher: Publisher, *, terms: Terms) -> int:
        from autotransform.cli.proposing import find_template, propose_change  # noqa: PLC0415

        template = find_template(self.session, work, self.order)
        change = self.change(work)
        made = make_branches(self.repository, change)
        tips = {each.commit.branch: each.commit.sha for each in made}
        for note in sorted({note for each in made for note in each.notes}):
            self.session.terminal.note(note)
        proposals = propose_change(self, work, change, tips=tips, template=template)
        try:
            publisher.publish(proposals, ending=self._ending(work, change, proposals=proposals))
        finally:
            self.report.parts = tuple(result.to_json() for result in publisher.results)
            self.report.waiting = publisher.waiting
        self._tell(publisher, terms=terms)
        return 1 if change.is_refused else change.run.exit_code

    def change(self, work: Work) -> Change:
        """Run the script, and get the change ready; no branch moves."""
        from autotransform.cli.offending import tell_offences  # noqa: PLC0415
        from autotransform.review import summary, summary_lines  # noqa: PLC0415

        change = self.make(work)
        self.report.transform, self.report.base = work.found.script.name, change.run.base
        self.report.counts = count(change)
        for line in summary_lines(summary(change.run), limit=None if self.session.verbosity > 0 else 10):
            self.session.terminal.say(line)
        tell_offences(self.session, work, change, is_adding=False)
        return change

    def remote(self) -> str | None:
        """Give the remote that is asked for; ``None``: the usual one."""
        if self.order.remote:
            return self.order.remote
        named = self.session.config(base=self.session.head).pull_request.remote
        return named if named != "origin" else None

    def find_base(self, connection: Connection | None) -> str | None:
        """Find the commit to read, of a branch that only the remote has as well; ``None``: where HEAD is."""
        named = self.order.base
        if named is None and self.event.name.startswith("pull_request"):
            # HEAD is a merge that nobody made.
            named = os.environ.get("GITHUB_BASE_REF") or None
        if named is None:
            return None
        remote = connection.name if connection else self.remote() or "origin"
        failure: RepositoryError | None = None
        for revision in (named, f"refs/remotes/{remote}/{named}"):
            try:
                return self.repository.resolve(revision)
            except RepositoryError as error:
                failure = failure or error
        if connection and not _NO_BRANCH & {*named} and connection.list_refs(f"{_HEADS}{named}"):
            is_shallow = (self.repository.common_dir / "shallow").exists()
            into = f"refs/autotransform/base/{named}"
            return connection.fetch(f"{_HEADS}{named}", into=into, depth=1 if is_shallow else None)
        if connection is None and self.event.is_fork:
            return None  # the branch of a fork is nowhere but at HEAD
        assert failure is not None
        raise failure

    def candidates(self, remote: str) -> tuple[str, ...]:
        """Give the branches that the run may have started from."""
        named = self.order.base
        if named is None and os.environ.get("GITHUB_ACTIONS"):
            named = os.environ.get("GITHUB_BASE_REF") or self.event.base
        if named in {None, "HEAD"}:
            named = self.repository.head_branch()
        if not named or named.startswith(branch_of("")) or _NO_BRANCH & {*named}:
            return ()
        return (named.removeprefix(_HEADS).removeprefix(f"{remote}/"),)

    def _find_target(self, work: Work, connection: Connection, *, default: str) -> tuple[str, str]:
        """Find the branch that pull requests go to, and where it is."""
        asked = self.order.target or work.config.pull_request.base
        names = (asked,) if asked else (*self.candidates(connection.name), default)
        found = connection.list_refs(*(f"{_HEADS}{name}" for name in names if not _NO_BRANCH & {*name}))
        target = next((name for name in names if f"{_HEADS}{name}" in found), "")
        if not target:
            raise UsageError(
                f"There is no branch {names[0]} on {connection.name} that a pull request could go to.",
                hint="Name one that is there: --target BRANCH; or push it first.",
            )
        self.report.target = target
        tip = found[f"{_HEADS}{target}"]
        told = f"{target} on {connection.name}"
        if distance := tell_distance(self.repository, base=work.selection.base, tip=tip, target=told):
            self.session.terminal.warning(distance)
        return target, tip

    def _ending(self, work: Work, change: Change, *, proposals: tuple[Proposal, ...]) -> Ending | None:
        """Say why others are closed; ``None`` where it cannot be told whether they are done."""
        from autotransform.publish import make_record, script_path  # noqa: PLC0415

        if not change.is_whole:
            self.session.terminal.detail("Files failed or were left out: no pull request is closed.")
            return None
        script = work.found.script
        record = make_record(
            script,
            work.selection,
            script_path=script_path(work.config, script.name),
            arguments=work.arguments,
            strict=work.config.strict,
        )
        what = (
            "What this part held is in other parts by now, or needs no change any more"
            if proposals
            else "Nothing is left to change"
        )
        return Ending(reason=f"{what}: `{script.name}` was run on {change.run.base}.", record=record)

    def _tell(self, publisher: Publisher, *, terms: Terms) -> None:
        terminal = self.session.terminal
        if not publisher.results:
            terminal.result("Nothing to change; there is no pull request.")
        for result in publisher.results:
            files = f"{result.changed} file" + ("" if result.changed == 1 else "s")
            number = f"#{result.number} {result.url}" if result.number else result.branch
            state = {"none": "unchanged"}.get(result.operation, result.operation)
            terminal.result(f"{state:9}  {number}  {result.title}" + (f" ({files})" if result.changed else ""))
            for note in result.notes:
                terminal.warning(note)
        if publisher.waiting:
            terminal.note(
                f"{len(publisher.waiting)} more wait, for {terms.open_limit} may be open at a time (open-limit in"
                " [tool.autotransform.pull-request]). Run the command again once some are merged."
            )


def find_terms(order: Order, work: Work, *, target: str) -> Terms:
    """Say what all pull requests have in common: as the command line has it, else as the configuration has it."""
    config = work.config.pull_request
    return Terms(
        target=target,
        labels=order.labels or config.labels,
        reviewers=order.reviewers or config.reviewers,
        team_reviewers=order.team_reviewers or config.team_reviewers,
        assignees=order.assignees or config.assignees,
        is_draft=config.draft if order.draft is None else order.draft,
        open_limit=config.open_limit,
    )


def count(change: Change) -> dict[str, int]:
    """Count what came of the files, for the manifest."""
    from autotransform.review import summary  # noqa: PLC0415

    run = change.run
    left = [group for each in summary(run).leftovers if each.fate == "unmatched" for group in each.groups]
    return {
        "changed": len(run.changed),
        "skipped": len(run.skipped),
        "failed": len(run.failed),
        "leftovers": sum(len(group.places) for group in left),
    }
