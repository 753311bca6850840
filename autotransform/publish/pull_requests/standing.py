"""How the pull requests of a transform stand: checks, reviews, and whether they can be merged."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, TypeVar

from autotransform.errors import RefusedError
from autotransform.publish.branches.ownership import branch_of
from autotransform.publish.github.values import parse_pull
from autotransform.publish.pull_requests.body import read_marker

_T = TypeVar("_T")

if TYPE_CHECKING:
    from collections.abc import Callable

    from autotransform.publish.github.client import GitHub
    from autotransform.publish.github.values import Checks, PullRequest, Review

#: ``unknown``: GitHub is still finding out, or does not say.
MergeState: TypeAlias = Literal["clean", "conflict", "behind", "blocked", "draft", "unknown"]

_PAGE = 100
_STATES: dict[str, MergeState] = {
    "clean": "clean",
    "unstable": "clean",
    "has_hooks": "clean",
    "dirty": "conflict",
    "behind": "behind",
    "blocked": "blocked",
    "draft": "draft",
}
_BRANCH = re.compile(r"(?P<name>.+?)(?:--(?P<part>.+))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How one pull request stands."""

    name: str
    part: str
    pull: PullRequest
    #: ``None``: the token may not read them, or nobody needs to know: it is not open.
    checks: Checks | None = None
    reviews: tuple[Review, ...] | None = None
    merge: MergeState = "unknown"

    def to_json(self) -> dict[str, Any]:
        """Give it as JSON has it."""
        checks, pull = self.checks, self.pull
        return {
            "transform": self.name,
            "part": self.part,
            "number": pull.number,
            "url": pull.url,
            "title": pull.title,
            "state": pull.state,
            "draft": pull.is_draft,
            "branch": pull.head,
            "base": pull.base,
            "head-sha": pull.head_sha,
            "labels": list(pull.labels),
            "merge": self.merge,
            "checks": {
                "state": checks.state,
                "passed": list(checks.passed),
                "failed": list(checks.failed),
                "pending": list(checks.pending),
            }
            if checks
            else None,
            "reviews": None
            if self.reviews is None
            else [{"author": review.author, "state": review.state} for review in self.reviews],
        }


def find_standings(github: GitHub, *, name: str = "", has_closed: bool = False) -> tuple[Standing, ...]:
    """Say how the pull requests of a transform, or of all, stand: open ones by branch, then closed ones, latest first.

    Args:
        github: Where.
        name: Of the transform; empty: of all.
        has_closed: Whether those are of interest that were closed or merged last.

    Raises:
        GitHubError: GitHub does not allow it.
    """
    prefix = branch_of(name)
    found = [_stand(github, pull) for pull in github.list_pulls(prefix) if _is_named(pull, name)]
    found.sort(key=lambda standing: (standing.pull.head, standing.pull.number))
    if has_closed:
        closed = (pull for pull in list_closed_pulls(github, prefix) if _is_named(pull, name))
        found += [_name(pull) for pull in closed if read_marker(pull.body)]
    return tuple(found)


def list_closed_pulls(github: GitHub, prefix: str) -> tuple[PullRequest, ...]:
    """List, of the hundred that changed last, those closed or merged whose branches here begin so; latest first.

    Raises:
        GitHubError: GitHub does not allow it.
    """
    query: dict[str, str | int] = {"state": "closed", "sort": "updated", "direction": "desc", "per_page": _PAGE}
    pulls = github.read("/pulls", lambda value: [parse_pull(each) for each in value if _is_here(each)], query=query)
    return tuple(pull for pull in pulls if pull.head.startswith(prefix))


def _is_here(value: Any) -> bool:
    """Tell whether a branch is one of the repository itself: those of forks are called what their owners like."""
    return bool((value["head"].get("repo") or {}).get("full_name") == value["base"]["repo"]["full_name"])


def _is_named(pull: PullRequest, name: str) -> bool:
    return not name or pull.head == branch_of(name) or pull.head.startswith(f"{branch_of(name)}--")


def _name(pull: PullRequest) -> Standing:
    found = _BRANCH.fullmatch(pull.head.removeprefix(branch_of("")))
    name, part = (found["name"], found["part"] or "") if found else (pull.head, "")
    return Standing(name=name, part=part, pull=pull)


def _stand(github: GitHub, pull: PullRequest) -> Standing:
    named = _name(pull)
    return Standing(
        name=named.name,
        part=named.part,
        pull=pull,
        checks=_unless_refused(lambda: github.checks(pull.head_sha)),
        reviews=_unless_refused(lambda: github.reviews(pull.number)),
        merge=github.read(f"/pulls/{pull.number}", _merge_state),
    )


def _unless_refused(ask: Callable[[], _T]) -> _T | None:
    try:
        return ask()
    except RefusedError:
        return None


def _merge_state(value: Any) -> MergeState:
    return _STATES.get(str(value.get("mergeable_state")), "unknown")
