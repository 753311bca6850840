"""Merges on a branch of ours: those that bring nothing but what the base has are left out, as `git rebase` does."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING

from autotransform.publish.branches.keeping import HeldError, keep_command, overwrite_command, unshallow_command

if TYPE_CHECKING:
    from autotransform.publish.branches.keeping import There
    from autotransform.repository import CommitInfo, Repository

_SHOWN = 5
_PAIR = 2


def leave_out_merges(
    repository: Repository, commits: tuple[CommitInfo, ...], *, base: str
) -> tuple[tuple[CommitInfo, ...], tuple[CommitInfo, ...]]:
    """Leave out the merges that carry nothing of anybody's, as *Update branch* on GitHub makes them.

    Args:
        repository: Holds them.
        commits: Of a branch.
        base: What they are to stand on from now on.

    Returns:
        The commits without those, and the merges that are left among them; in the same order.
    """
    kept = tuple(
        commit
        for commit in commits
        if not (_is_of_base(repository, commit, base=base) and is_plain_merge(repository, commit))
    )
    return kept, tuple(commit for commit in kept if len(commit.parents) > 1)


def is_plain_merge(repository: Repository, commit: CommitInfo) -> bool:
    """Whether a commit holds what merging its two parents makes by itself, and no more."""
    if len(commit.parents) != _PAIR or not all(repository.has_commit(parent) for parent in commit.parents):
        return False
    merged = repository.rewriting.merge_commits(*commit.parents)
    return not merged.conflicts and merged.tree == repository.tree_of(commit.sha)


def refuse_merges(repository: Repository, branch: str, merges: tuple[CommitInfo, ...], *, base: str) -> None:
    """Make sure that no merge is left of which it cannot be told what comes of it again.

    Raises:
        HeldError: There is one.
    """
    if not merges:
        return
    is_lost = not all(is_plain_merge(repository, commit) for commit in merges)
    # Not `git switch -`: a rebase does not count as a switch.
    head = repository.head_branch()
    back = shlex.quote(head) if head else f"--detach {base[:12]}"
    newer = _find_newer(repository, merges, base=base)
    is_shallow = (repository.common_dir / "shallow").exists()

    def mend(there: There | None) -> str:
        if is_shallow:
            # What was merged may well be the base gone on; here that cannot be told.
            return f"This clone is shallow. Fetch the rest, then run the command again: {unshallow_command(there)}"
        if is_lost:
            # A rebase drops the merge, and what people did in it.
            return f"Keep it under another name, then run the command again: {keep_command(repository, branch, there)}"
        back_up = overwrite_command(branch, there)
        straight = f"git rebase {base[:12]} {shlex.quote(branch)}{back_up} && git switch {back}"
        start = f"Start from what was merged: --base {newer[:12]}. Or make" if newer else "Make"
        return f"{start} it a straight line, then run the command again: {straight}"

    what = "did more than merge in" if is_lost else "merged into"
    raise HeldError(
        f"Somebody {what} the branch {branch}, and what comes of that again cannot be told.",
        branch=branch,
        details=tuple(f"{each.sha[:12]} {each.subject} ({each.author})" for each in merges[:_SHOWN]),
        mend=mend,
    )


def _is_of_base(repository: Repository, commit: CommitInfo, *, base: str) -> bool:
    return len(commit.parents) == _PAIR and any(
        repository.has_commit(parent) and not repository.commits(base, parent, limit=1) for parent in commit.parents
    )


def _find_newer(repository: Repository, merges: tuple[CommitInfo, ...], *, base: str) -> str:
    """Find what was merged last, where it is the base gone on; empty: it is something else."""
    merged = merges[0].parents[-1]
    if not repository.has_commit(merged) or repository.commits(merged, base, limit=1):
        return ""
    return merged
