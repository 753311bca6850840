"""What GitHub shows, as frozen values. Every text in them was written by somebody else."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from autotransform.errors import GitHubError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from autotransform.publish.github.transport import Answer

_T = TypeVar("_T")

_PASSED = frozenset({"success", "neutral", "skipped"})
#: A person has to let it go on.
_WAITING = frozenset({"action_required", "stale"})


@dataclass(frozen=True, slots=True, kw_only=True)
class HostedRepository:
    """A repository on GitHub."""

    #: ``owner/name``, as it is called by now.
    full_name: str
    default_branch: str
    url: str
    is_archived: bool
    is_fork: bool
    is_private: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PullRequest:
    """A pull request."""

    number: int
    url: str
    state: Literal["open", "closed", "merged"]
    is_draft: bool
    #: The branch, and where it is: ``owner/name``, nothing when that repository is gone.
    head: str
    head_repository: str
    head_sha: str
    base: str
    title: str
    body: str
    labels: tuple[str, ...]
    author: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Checks:
    """How the checks of a commit stand, by their names."""

    passed: tuple[str, ...]
    failed: tuple[str, ...]
    pending: tuple[str, ...]

    @property
    def state(self) -> Literal["none", "failed", "pending", "passed"]:
        """Say how they stand as a whole."""
        return "failed" if self.failed else "pending" if self.pending else "passed" if self.passed else "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """What somebody says of a pull request by now."""

    author: str
    state: Literal["approved", "changes requested"]


def read_answer(answer: Answer, parse: Callable[[Any], _T]) -> _T:
    """Read what came back.

    Raises:
        GitHubError: It has not the shape that GitHub describes.
    """
    value = answer.read()
    try:
        return parse(value)
    except (KeyError, TypeError, AttributeError, ValueError, IndexError) as error:
        raise GitHubError(
            f"What answered is not GitHub's API as we know it: it leaves out or changes {error}.",
            hint="Check GITHUB_API_URL, and whether there is a newer AutoTransform.",
        ) from None


def parse_repository(value: Any) -> HostedRepository:
    """Read a repository."""
    return HostedRepository(
        full_name=str(value["full_name"]),
        default_branch=str(value["default_branch"]),
        url=str(value["html_url"]),
        is_archived=bool(value.get("archived")),
        is_fork=bool(value.get("fork")),
        is_private=bool(value.get("private")),
    )


def parse_pull(value: Any) -> PullRequest:
    """Read a pull request."""
    head = value["head"]
    # Where a fork is gone, GitHub says null.
    repository = head.get("repo") or {}
    return PullRequest(
        number=int(value["number"]),
        url=str(value["html_url"]),
        state="merged" if value.get("merged_at") else "open" if value["state"] == "open" else "closed",
        is_draft=bool(value.get("draft")),
        head=str(head["ref"]),
        head_repository=str(repository.get("full_name") or ""),
        head_sha=str(head["sha"]),
        base=str(value["base"]["ref"]),
        title=str(value["title"]),
        body=str(value.get("body") or ""),
        labels=tuple(str(label["name"]) for label in value.get("labels") or ()),
        author=str((value.get("user") or {}).get("login") or "ghost"),
    )


def parse_checks(runs: Iterable[Any], statuses: Iterable[Any]) -> Checks:
    """Read check runs, and what older systems say of a commit."""
    found = [(str(run["name"]), _verdict(run)) for run in runs]
    found += [
        (str(each["context"]), {"success": "passed", "pending": "pending"}.get(each["state"], "failed"))
        for each in statuses
    ]
    passed, failed, pending = (
        tuple(sorted(name for name, verdict in found if verdict == wanted))
        for wanted in ("passed", "failed", "pending")
    )
    return Checks(passed=passed, failed=failed, pending=pending)


def _verdict(run: Any) -> str:
    if run["status"] != "completed" or run["conclusion"] in _WAITING:
        return "pending"
    return "passed" if run["conclusion"] in _PASSED else "failed"


def parse_reviews(values: Iterable[Any]) -> tuple[Review, ...]:
    """Read the reviews of a pull request, oldest first, and keep what each person says by now."""
    latest: dict[str, str] = {}
    for value in values:
        author = str((value.get("user") or {}).get("login") or "ghost")
        # A comment takes nothing back.
        if value["state"] in {"APPROVED", "CHANGES_REQUESTED", "DISMISSED"}:
            latest[author] = value["state"]
    approved = {author: state == "APPROVED" for author, state in latest.items() if state != "DISMISSED"}
    return tuple(
        Review(author=author, state="approved" if approved[author] else "changes requested")
        for author in sorted(approved)
    )
