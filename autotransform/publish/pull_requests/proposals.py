"""What a pull request should be: its branch, its words, and who is to look at it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

from autotransform.publish.pull_requests.body import pull_request_body, pull_request_title
from autotransform.publish.pull_requests.page import GateResult, make_page
from autotransform.publish.splitting.dividing import shapes_of
from autotransform.review.summary import Group
from autotransform.review.text import show_path

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from autotransform.publish.gate.project_tests import Verification
    from autotransform.publish.making import Change
    from autotransform.publish.pull_requests.page import Page, Sibling
    from autotransform.run import Selection

Operation: TypeAlias = Literal["created", "updated", "none", "closed"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """What all pull requests of a run have in common."""

    #: The branch that they go to.
    target: str
    labels: tuple[str, ...] = ()
    #: Logins; slugs of teams; logins.
    reviewers: tuple[str, ...] = ()
    team_reviewers: tuple[str, ...] = ()
    assignees: tuple[str, ...] = ()
    is_draft: bool = False
    #: How many may be open at a time; 0: any number.
    open_limit: int = 0

    @property
    def has_people(self) -> bool:
        """Whether somebody is to be asked for something."""
        return bool(self.reviewers or self.team_reviewers or self.assignees)


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """A template of the body, of somebody else."""

    source: str
    #: What to call it in messages.
    origin: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """One pull request, as it should be."""

    #: The name of the part; empty: there is only one.
    part: str
    branch: str
    #: The tip that the branch should have there.
    sha: str
    page: Page
    #: What people called it, instead of what the script says.
    heading: str = ""
    template: Template | None = None

    @property
    def title(self) -> str:
        """The title."""
        return pull_request_title(replace(self.page, summary=self.heading) if self.heading else self.page)

    def body(self, siblings: Sequence[Sibling] = ()) -> str:
        """Write the body, up to the marker.

        Raises:
            ConfigError: The template cannot be used.
        """
        page = replace(self.page, siblings=tuple(siblings))
        if self.template is None:
            return pull_request_body(page)
        return pull_request_body(page, template=self.template.source, origin=self.template.origin)


def propose(
    change: Change,
    selection: Selection,
    *,
    tips: Mapping[str, str],
    heading: str = "",
    template: Template | None = None,
    asked_by: str = "",
) -> tuple[Proposal, ...]:
    """Say what each pull request should be, in the order of the parts.

    Args:
        change: What a run made.
        selection: What the run read.
        tips: Where the branches are; empty: they were not made.
        heading: What people called it; empty: as the script says.
        template: Of the body; ``None``: our own.
        asked_by: Who wanted it.
    """
    gate = gate_result(change.verification) if change.verification else None
    return tuple(
        Proposal(
            part=each.part.name if each.part else "",
            branch=each.branch,
            sha=tips.get(each.branch, ""),
            page=make_page(
                each.run,
                record=each.record,
                shapes=shapes_of(each.run, selection),
                part=each.part,
                gate=gate,
                asked_by=asked_by,
                verify=f"autotransform verify {each.branch}",
            ),
            heading=heading,
            template=template,
        )
        for each in change.parts
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What became of one pull request."""

    part: str
    title: str
    operation: Operation
    branch: str
    sha: str
    #: How many files it changes.
    changed: int
    #: 0: there is none.
    number: int = 0
    url: str = ""
    #: One sentence each.
    notes: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Give it as the manifest has it."""
        return {
            "part": self.part,
            "title": self.title,
            "operation": self.operation,
            "number": self.number or None,
            "url": self.url,
            "branch": self.branch,
            "head-sha": self.sha,
            "counts": {"changed": self.changed},
            "notes": list(self.notes),
        }


def gate_result(verification: Verification) -> GateResult:
    """Give what the project's own tests said, as a page has it."""
    proven, untried = (
        tuple(show_path(each.path) for each in verification.dropped if each.is_proven is wanted)
        for wanted in (True, False)
    )
    groups = (
        Group(reason="The tests fail with it", places=proven),
        Group(reason="There was no time to try it", places=untried),
    )
    dropped = tuple(group for group in groups if group.places)
    return GateResult(command=verification.command, state=verification.state, dropped=dropped)
