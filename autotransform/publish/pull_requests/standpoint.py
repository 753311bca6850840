"""Where a run starts, beside where its pull requests go and what they were made from: an old clone undoes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autotransform.errors import RepositoryError
from autotransform.publish.pull_requests.remote_branches import latest_record

if TYPE_CHECKING:
    from collections.abc import Mapping

    from autotransform.repository import Repository

_ID = 10
#: Beyond this, nobody minds how many more there are.
_MOST = 1_000


def tell_distance(repository: Repository, *, base: str, tip: str, target: str) -> str:
    """Say how far a run starts from where its pull requests go; empty where it starts right there.

    Args:
        repository: The clone.
        base: The commit that is read.
        tip: Where the target is on the remote; the clone may not have it.
        target: What to call it: ``main on origin``.
    """
    if base == tip:
        return ""
    if not repository.has_commit(tip):
        return (
            f"{target} holds commits that this clone does not have, and the run starts at {base[:_ID]} without them."
            " Fetch them (git pull), or say where to start: --base"
        )
    if repository.commits(tip, base, limit=1):
        return (
            f"{base[:_ID]} holds commits that {target} does not have: they will be part of the pull request. Push them"
            " there first, or start elsewhere: --base"
        )
    return (
        f"{base[:_ID]} is {_count(repository, base, tip)} behind {target}: what changed there since is not looked at."
        " Bring this clone up to date (git pull), or say where to start: --base"
    )


def refuse_older(repository: Repository, tips: Mapping[str, str], *, base: str, tip: str, remote: str) -> None:
    """Make sure that no branch on the remote is moved back to an older commit than it was made from.

    Args:
        repository: The clone; it has the branches.
        tips: Our branches on the remote, and where they are.
        base: The commit that is read.
        tip: Where the target is on the remote: whoever starts there is never behind.
        remote: What to call the remote.

    Raises:
        RepositoryError: One would be.
    """
    if base == tip:
        return
    for branch, ours in sorted(tips.items()):
        record = latest_record(repository, ours) if repository.has_commit(ours) else None
        if record is None or not _is_older(repository, base, record.base):
            continue
        behind = _count(repository, base, record.base)
        raise RepositoryError(
            f"{base[:_ID]} is {behind} older than {record.base[:_ID]}, from which {branch}"
            f" on {remote} was made: its pull request would be moved back.",
            hint="Bring this clone up to date (git pull), or say where to start: --base REV. If it is to be moved back:"
            " --move-back",
        )


def _is_older(repository: Repository, commit: str, other: str) -> bool:
    """Whether a commit stands below another, as far as the clone knows."""
    return commit != other and repository.has_commit(other) and not repository.commits(other, commit, limit=1)


def _count(repository: Repository, base: str, tip: str) -> str:
    count = len(repository.commits(base, tip, limit=_MOST))
    return "1 commit" if count == 1 else f"{'at least ' if count == _MOST else ''}{count} commits"
