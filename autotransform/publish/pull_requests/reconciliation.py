"""Bring the pull requests of a transform to the state that a run asks for; run again, nothing is done twice.

Pushing comes first, for all; then what is not there is opened; then what that takes the place of is closed; then words,
labels and people. It may be interrupted anywhere: the next run finds what there is and goes on. Only what differs is
sent.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from autotransform.errors import NotPermittedError
from autotransform.publish.branches.ownership import branch_of
from autotransform.publish.pull_requests.body import read_marker
from autotransform.publish.pull_requests.page import Sibling
from autotransform.publish.pull_requests.proposals import Result
from autotransform.publish.pull_requests.remote_branches import fetch_branch, latest_record, people_commits
from autotransform.publish.pull_requests.standing import list_closed_pulls
from autotransform.publish.pull_requests.text import LONGEST, digest_title, is_same, read_text, write_text
from autotransform.repository.remote import RefUpdate
from autotransform.repository.remote_words import StaleError

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from autotransform.publish.branches.record import Record
    from autotransform.publish.github.client import GitHub
    from autotransform.publish.github.values import PullRequest
    from autotransform.publish.pull_requests.proposals import Operation, Proposal, Terms
    from autotransform.repository import Repository
    from autotransform.repository.remote import Connection

_HEADS = "refs/heads/"


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where pull requests are made."""

    repository: Repository
    connection: Connection
    github: GitHub


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """Why pull requests that the run does not ask for any more are closed."""

    #: A sentence, for the comment.
    reason: str
    #: What the run was for: one that was made for something else stays.
    record: Record


class Publisher:
    """Brings the pull requests of one transform to a state; what it did until it failed is in ``results``.

    Args:
        place: Where.
        name: Of the script.
        terms: What all of them have in common.
        tips: Where the transform's branches on the remote were before the run.
    """

    def __init__(self, place: Place, *, name: str, terms: Terms, tips: Mapping[str, str]) -> None:
        self._place = place
        self._name = name
        self._terms = terms
        self._tips = dict(tips)
        self._pulls: dict[str, PullRequest] = {}
        self._results: dict[str, Result] = {}
        #: Branches that have to wait for the next run, for too many pull requests are open.
        self.waiting: tuple[str, ...] = ()

    @property
    def results(self) -> tuple[Result, ...]:
        """What became of each, in the order of the parts; those that were closed come last."""
        return tuple(sorted(self._results.values(), key=lambda result: (result.operation == "closed", result.branch)))

    def publish(self, proposals: Sequence[Proposal], *, ending: Ending | None) -> None:
        """Push, open, close and change: nothing is closed before what takes its place is open.

        Args:
            proposals: What there should be; in the order of the parts.
            ending: Why the others are closed; ``None``: they stay, for the run does not tell whether they are done.

        Raises:
            NotPermittedError: Workflows may open none; all branches are pushed.
            StaleError: A branch was moved meanwhile.
            GitHubError: GitHub or git do not allow it.
        """
        self._pulls = self._list_own()
        endings = self._judge_others(proposals, ending=ending) if ending is not None else {}
        closing = {branch for branch, result in endings.items() if result.operation == "closed"}
        chosen = self._choose(proposals, closing=closing)
        for proposal in chosen:
            self._push(proposal)
        opened = self._open_all(chosen)
        if ending is not None:
            for branch, result in endings.items():
                self._results[branch] = self._close(result, ending=ending)
        for proposal in chosen:
            self._finish(proposal, is_new=proposal.branch in opened, siblings=self._siblings(proposal, chosen))

    # Which

    def _list_own(self) -> dict[str, PullRequest]:
        head = branch_of(self._name)
        pulls = self._place.github.list_pulls(head)
        return {pull.head: pull for pull in pulls if pull.head == head or pull.head.startswith(f"{head}--")}

    def _choose(self, proposals: Sequence[Proposal], *, closing: Collection[str]) -> list[Proposal]:
        """Take those that are open already, and of the others as many as there is room for once some are closed."""
        is_limited = self._terms.open_limit > 0
        room = self._terms.open_limit - len(self._pulls.keys() - closing)
        chosen, waiting = [], []
        for proposal in proposals:
            if proposal.branch in self._pulls or not is_limited or room > 0:
                room -= proposal.branch not in self._pulls
                chosen.append(proposal)
            else:
                waiting.append(proposal.branch)
        self.waiting = tuple(waiting)
        return chosen

    # Pushing

    def _push(self, proposal: Proposal) -> None:
        old = self._tips.get(proposal.branch)
        self._results[proposal.branch] = Result(
            part=proposal.part,
            title=proposal.title,
            operation="none",
            branch=proposal.branch,
            sha=proposal.sha,
            changed=proposal.page.changed,
        )
        if old == proposal.sha:
            return
        update = RefUpdate(ref=f"{_HEADS}{proposal.branch}", new=proposal.sha, old=old)
        self._place.connection.push([update])
        self._tips[proposal.branch] = proposal.sha
        self._mark(proposal.branch, operation="updated")

    # Opening

    def _open_all(self, proposals: Sequence[Proposal]) -> set[str]:
        opened: set[str] = set()
        for proposal in proposals:
            if proposal.branch in self._pulls:
                pull = self._pulls[proposal.branch]
                self._mark(proposal.branch, number=pull.number, url=pull.url)
                continue
            try:
                pull = self._open(proposal, siblings=self._siblings(proposal, proposals))
            except NotPermittedError as error:
                raise self._all_by_hand(error, proposals) from None
            self._pulls[proposal.branch] = pull
            opened.add(proposal.branch)
            self._mark(proposal.branch, operation="created", number=pull.number, url=pull.url)
        return opened

    def _open(self, proposal: Proposal, *, siblings: Sequence[Sibling]) -> PullRequest:
        body = write_text(proposal.body(siblings), title=proposal.title, is_unfinished=self._terms.has_people)
        return self._place.github.create_pull(
            head=proposal.branch,
            base=self._terms.target,
            title=proposal.title,
            body=body,
            is_draft=self._terms.is_draft,
        )

    def _all_by_hand(self, error: NotPermittedError, proposals: Sequence[Proposal]) -> NotPermittedError:
        """Name the pages for all that are to be opened by hand."""
        pages = [
            self._place.github.compare_url(head=proposal.branch, base=self._terms.target)
            for proposal in proposals
            if proposal.branch not in self._pulls
        ]
        return NotPermittedError(error.message, details=(*error.details, *pages), hint=error.hint)

    # Words and people

    def _siblings(self, proposal: Proposal, proposals: Sequence[Proposal]) -> tuple[Sibling, ...]:
        return tuple(
            Sibling(number=self._pulls[each.branch].number, title=each.title)
            for each in proposals
            if each.branch != proposal.branch and each.branch in self._pulls
        )

    def _finish(self, proposal: Proposal, *, is_new: bool, siblings: Sequence[Sibling]) -> None:
        github, pull = self._place.github, self._pulls[proposal.branch]
        held = read_text(pull.body)
        notes: list[str] = []
        has = {label.lower() for label in pull.labels}
        if missing := [label for label in self._terms.labels if label.lower() not in has]:
            github.add_labels(pull.number, missing)
        # One without any text was opened by hand, for workflows may not.
        if held.is_unfinished if held else not pull.body.strip():
            notes += self._ask_people(pull.number)
        changes, told = self._changes(proposal, pull, siblings=siblings)
        notes += told
        if changes:
            self._pulls[proposal.branch] = github.update_pull(pull.number, **changes)
        is_changed = bool(changes or missing) and not is_new
        self._mark(proposal.branch, operation="updated" if is_changed else None, notes=notes)

    def _changes(
        self, proposal: Proposal, pull: PullRequest, *, siblings: Sequence[Sibling]
    ) -> tuple[dict[str, str], list[str]]:
        """Find what of a pull request is not as it should be, and what stays because it is people's."""
        changes: dict[str, str] = {}
        notes: list[str] = []
        if pull.base != self._terms.target:
            changes["base"] = self._terms.target
            notes.append(f"#{pull.number} went to {pull.base}, and goes to {self._terms.target} now.")
        held = read_text(pull.body)
        if held is None and pull.body.strip():
            return changes, [*notes, f"The text of #{pull.number} was written by people; it stays as it is."]
        if held is not None and held.title_digest in {digest_title(pull.title), ""}:
            changes |= {} if pull.title.strip() == proposal.title.strip() else {"title": proposal.title}
        elif held is not None:
            notes.append(f"The title of #{pull.number} was given by people; it stays.")
        body = write_text(proposal.body(siblings), title=proposal.title, held=held)
        if len(body) > LONGEST:
            notes.append(f"What people wrote into #{pull.number} leaves no room for our text; it stays as it is.")
        elif not is_same(body, pull.body):
            changes["body"] = body
        return changes, notes

    def _ask_people(self, number: int) -> list[str]:
        """Ask for reviews and assign; of those who cannot be asked there is a note."""
        github, terms = self._place.github, self._terms
        notes = list(github.request_reviewers(number, users=terms.reviewers, teams=terms.team_reviewers))
        if terms.assignees:
            notes += github.add_assignees(number, terms.assignees)
        return notes

    # Closing

    def _judge_others(self, proposals: Sequence[Proposal], *, ending: Ending) -> dict[str, Result]:
        """Say what is to become of the branches that are there and not asked for; nothing is changed yet."""
        wanted = {proposal.branch for proposal in proposals}
        others = sorted({*self._pulls, *self._tips} - wanted)
        return {branch: result for branch in others if (result := self._judge(branch, ending=ending))}

    def _judge(self, branch: str, *, ending: Ending) -> Result | None:
        """Say whether a branch that nothing is left for is to be closed, or, in a note, why not."""
        pull, tip = self._pulls.get(branch), self._tips.get(branch)
        if pull is None and not self._was_closed(branch, tip=tip):
            return None
        repository = self._place.repository
        if tip:
            fetch_branch(repository, self._place.connection, branch=branch, tip=tip)
        made = latest_record(repository, tip) if tip and repository.has_commit(tip) else None
        part = branch.removeprefix(branch_of(self._name)).removeprefix("--")
        result = Result(part=part, title="", operation="none", branch=branch, sha=tip or "", changed=0)
        if pull is not None:
            result = replace(result, title=pull.title, number=pull.number, url=pull.url)
        if why := _why_kept(pull, made, ending=ending, target=self._terms.target):
            return replace(result, notes=(f"{branch} stays: {why}.",))
        return replace(result, operation="none" if pull is None else "closed")

    def _close(self, result: Result, *, ending: Ending) -> Result:
        """Close a pull request that is to be, and delete the branch where it is only ours."""
        if result.notes:
            return result
        if result.operation == "closed":
            self._place.github.close_pull(result.number, comment=ending.reason)
            self._pulls.pop(result.branch)
        note = self._delete(result.branch, tip=result.sha, base=ending.record.base) if result.sha else ""
        return replace(result, notes=(note,) if note else ())

    def _was_closed(self, branch: str, *, tip: str | None) -> bool:
        """Tell whether a branch is what an interrupted run left of a pull request that it closed."""
        pulls = list_closed_pulls(self._place.github, branch)
        return any(
            (pull.head, pull.head_sha, pull.state) == (branch, tip, "closed") and read_marker(pull.body)
            for pull in pulls
        )

    def _delete(self, branch: str, *, tip: str, base: str) -> str:
        people = people_commits(self._place.repository, tip, base=base)
        if people is None or people:
            return f"The branch {branch} stays: it holds commits that people made."
        try:
            self._place.connection.push([RefUpdate(ref=f"{_HEADS}{branch}", new=None, old=tip)])
        except StaleError:
            return f"The branch {branch} stays: it was moved meanwhile."
        self._tips.pop(branch, None)
        return ""

    def _mark(
        self,
        branch: str,
        *,
        operation: Operation | None = None,
        notes: Sequence[str] = (),
        number: int = 0,
        url: str = "",
    ) -> None:
        held = self._results[branch]
        self._results[branch] = replace(
            held,
            operation=operation or held.operation,
            number=number or held.number,
            url=url or held.url,
            notes=(*held.notes, *notes),
        )


def _why_kept(pull: PullRequest | None, made: Record | None, *, ending: Ending, target: str) -> str:
    """Say why a pull request is not closed although the run does not ask for it."""
    if pull is not None and pull.body.strip() and read_marker(pull.body) is None:
        return "its pull request was opened by people"
    if pull is not None and pull.base != target:
        return f"its pull request goes to {pull.base}, not to {target}"
    if made is None:
        return "nothing on the branch tells what it was made for"
    differences = [line for line in made.differences(ending.record) if not line.startswith("division")]
    return f"it was made for something else ({'; '.join(differences)})" if differences else ""
