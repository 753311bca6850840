"""Which commits are a branch's own, and on what they stand: from the history alone, whatever their messages say."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from autotransform.publish.proof.claims import UnprovableError, find_records

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autotransform.repository import CommitInfo, Repository

#: How many commits a branch may have of its own, and how many it may have merged.
MOST_COMMITS = 250
_MOST_EDGES = 20
#: How far down a record is looked for where nobody says where the branch goes.
_DEPTH = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Lineage:
    """A branch, and the commit that it is compared with."""

    tip: str
    #: The newest commit that the branch shares with where it goes; of what has arrived there, the first parent.
    floor: str
    #: The commits above it, newest first.
    own: tuple[CommitInfo, ...]
    #: Whether it has arrived there already.
    is_landed: bool = False


def trace(repository: Repository, tip: str, *, target: str | None) -> Lineage:
    """Find on what a branch stands.

    Args:
        repository: Holds both.
        tip: The newest commit of the branch.
        target: A commit of where it goes; ``None``: nobody says, and its own record is believed.

    Raises:
        UnprovableError: The two have no history in common, or the clone lacks it; or it is too long.
    """
    where = target or _recorded_base(repository, tip)
    own = repository.commits(where, tip, limit=MOST_COMMITS + 1)
    if own:
        _refuse_long(own)
        return Lineage(tip=tip, floor=_find_floor(repository, own), own=own)
    parents = repository.parents(tip)
    if not parents:
        raise UnprovableError(f"{tip[:12]} is the first commit there is: nothing stands below it.")
    if not repository.has_commit(parents[0]):
        raise shallow_error(repository, parents[0])
    own = repository.commits(parents[0], tip, limit=MOST_COMMITS + 1)
    _refuse_long(own)
    return Lineage(tip=tip, floor=parents[0], own=own, is_landed=True)


def is_ancestor(repository: Repository, commit: str, *, of: str) -> bool:
    """Whether a commit is another, or stands below it, as far as the repository knows."""
    return not repository.commits(of, commit, limit=1)


def shallow_error(repository: Repository, commit: str) -> UnprovableError:
    """Say that the clone lacks a commit."""
    if (repository.common_dir / "shallow").exists():
        return UnprovableError(
            f"This clone is shallow, and does not hold {commit[:12]}, on which the branch stands.",
            hint="Fetch the rest: git fetch --unshallow. In a workflow, give actions/checkout `fetch-depth: 0`.",
        )
    return UnprovableError(
        f"The repository does not hold {commit[:12]}, on which the branch stands.",
        hint="Fetch it: git fetch origin",
    )


def _recorded_base(repository: Repository, tip: str) -> str:
    commits = repository.commits(None, tip, limit=_DEPTH)
    base = next((record.base for commit in commits for record in find_records(commit)), None)
    if base is None:
        raise UnprovableError(
            "No commit here says that AutoTransform made it.",
            hint="Name a branch that `autotransform apply` made.",
        )
    if not repository.has_commit(base):
        raise shallow_error(repository, base)
    return base


def _refuse_long(own: Sequence[CommitInfo]) -> None:
    if len(own) > MOST_COMMITS:
        raise UnprovableError(
            f"The branch has more than {MOST_COMMITS} commits of its own.",
            hint="Say where it goes: --base REF. In a shallow clone, fetch the rest: git fetch --unshallow",
        )


def _find_floor(repository: Repository, own: Sequence[CommitInfo]) -> str:
    for commit in own:
        if not commit.parents:
            if named := repository.parents(commit.sha):
                raise shallow_error(repository, named[0])
            raise UnprovableError(
                "The branch and where it goes have no history in common.", hint="Say where it goes: --base REF."
            )
    known = {commit.sha for commit in own}
    edges = sorted({parent for commit in own for parent in commit.parents} - known)
    if len(edges) > _MOST_EDGES:
        raise UnprovableError(f"The branch has merged more than {_MOST_EDGES} others.", hint="Make it again.")
    newest = [
        edge for edge in edges if not any(edge != other and is_ancestor(repository, edge, of=other) for other in edges)
    ]
    if len(newest) != 1:
        raise UnprovableError(
            "The branch has merged what has no one newest commit in common with where it goes.",
            details=tuple(edge[:12] for edge in newest),
            hint="Merge where it goes into it once more, or make it again. In a shallow clone, first: git fetch"
            " --unshallow",
        )
    return newest[0]
