"""The commits of a branch that are not its script's work, whatever they say of themselves."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from autotransform.publish.proof.claims import find_records

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from autotransform.repository import CommitInfo, Repository

#: Characters of a text that somebody else wrote.
_LONGEST = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherCommit:
    """A commit of the branch that is not what the script made, or not only."""

    sha: str
    author: str
    subject: str
    #: What it changed, in path order.
    paths: tuple[str, ...]
    #: Whether it says of itself that AutoTransform made it.
    says_ours: bool = False


def find_other_commits(
    repository: Repository, own: Iterable[CommitInfo], *, trees: Collection[str], departing: Collection[str]
) -> tuple[OtherCommit, ...]:
    """Describe the commits that are not the script's work, oldest first.

    Args:
        repository: Holds them.
        own: Those of the branch, newest first.
        trees: What the script makes.
        departing: The paths that are not as the script makes them.
    """
    found = []
    for commit in reversed([*own]):
        says_ours = bool(find_records(commit))
        if says_ours and repository.tree_of(commit.sha) in trees:
            continue
        paths = _paths_of(repository, commit)
        # What merging brought is the others'; and a commit of ours on an older base has other trees.
        if says_ours or len(commit.parents) > 1:
            paths = tuple(path for path in paths if path in departing)
            if not paths:
                continue
        found.append(
            OtherCommit(
                sha=commit.sha,
                author=commit.author[:_LONGEST],
                subject=commit.subject[:_LONGEST],
                paths=paths,
                says_ours=says_ours,
            )
        )
    return tuple(found)


def _paths_of(repository: Repository, commit: CommitInfo) -> tuple[str, ...]:
    if not commit.parents:  # the first of a history that was merged
        return ()
    return tuple(change.path for change in repository.changes(commit.parents[0], commit.sha))
