"""Whether a branch is ours to move: made by us, for the same purpose, and in nobody's hands."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

from autotransform.errors import RepositoryError
from autotransform.publish.branches.keeping import HeldError, deepen_command, delete_command, keep_command
from autotransform.publish.branches.merges import leave_out_merges, refuse_merges
from autotransform.publish.branches.record import read_record

if TYPE_CHECKING:
    from autotransform.publish.branches.record import Record
    from autotransform.repository import CommitInfo, Repository

_PREFIX = "autotransform/"
_COMMITS_SHOWN = 5
#: How far down a branch its record is looked for: ours, and what people put on top.
_DEPTH = 100


def branch_of(name: str) -> str:
    """Give the branch that a script's changes go to."""
    return f"{_PREFIX}{name}"


def base_of_branch(repository: Repository, branch: str) -> str | None:
    """Give the commit that a branch of ours was made from, as its trailers say.

    Returns:
        ``None`` when there is no such branch, or it is not one of ours.

    Raises:
        RepositoryError: The repository does not hold that commit (a shallow clone, say).
    """
    record = find_record(repository, branch)
    return repository.resolve(record.base) if record else None


def find_record(repository: Repository, branch: str) -> Record | None:
    """Give how a branch of ours, or one for a part, was made.

    Returns:
        ``None`` when there is no such branch, or it is not one of ours.
    """
    tip = repository.branch_tip(branch) if branch.startswith(_PREFIX) else None
    record = _latest_record(repository.commits(None, tip, limit=_DEPTH)) if tip else None
    # Further down may be what other scripts did, merged long ago.
    is_its_own = record is not None and branch_of(PurePosixPath(record.script_path).stem) == branch.partition("--")[0]
    return record if is_its_own else None


def list_foreign(repository: Repository, branch: str, *, tip: str, base: str) -> tuple[CommitInfo, ...]:
    """List the commits that people put on a branch and that a base does not have, oldest first."""
    commits = _commits_of(repository, branch, tip=tip, base=base)[::-1]
    own = _above_others(repository, branch, commits=commits)
    return Held(tip=tip, commits=leave_out_merges(repository, own, base=base)[0]).foreign


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What stands on a branch of ours."""

    #: Where it points.
    tip: str
    #: What moving the branch would take from it, oldest first.
    commits: tuple[CommitInfo, ...]

    @property
    def foreign(self) -> tuple[CommitInfo, ...]:
        """The commits that people made, oldest first."""
        return tuple(commit for commit in self.commits if read_record(commit) is None)

    @property
    def digests(self) -> frozenset[str]:
        """Of the scripts that our commits were made by."""
        return frozenset(record.digest for commit in self.commits if (record := read_record(commit)))


def refuse_branch(repository: Repository, branch: str, *, record: Record) -> Held | None:
    """Make sure that a branch is ours to make or to move; commits of people on top of ours do not keep us from it.

    Returns:
        What stands there now; ``None`` when there is no such branch yet.

    Raises:
        RepositoryError: It is not; the hint says how to go on.
    """
    tip = repository.branch_tip(branch)
    if tip is None:
        return None
    _refuse_checked_out(repository, branch)
    own = _commits_of(repository, branch, tip=tip, base=record.base)
    before = _latest_record(own)
    if own and before is None:
        _refuse_shallow(repository, branch, commits=own)
        raise HeldError(
            f"The branch {branch} holds {_counted(len(own))}, none of which AutoTransform made.",
            branch=branch,
            details=_listed(own),
            mend=lambda there: (
                f"Keep it under another name, then run the command again: {keep_command(repository, branch, there)}"
            ),
        )
    if before and (differences := before.differences(record)):
        raise HeldError(
            f"The branch {branch} was made for something else.",
            branch=branch,
            details=differences,
            mend=lambda there: (
                f"Keep it under another name ({keep_command(repository, branch, there)}), or delete it"
                f" ({delete_command(branch, there)})."
            ),
        )
    commits = _above_others(repository, branch, commits=own[::-1])
    commits, merges = leave_out_merges(repository, commits, base=record.base)
    refuse_merges(repository, branch, merges[::-1], base=record.base)
    return Held(tip=tip, commits=commits)


def _above_others(repository: Repository, branch: str, *, commits: tuple[CommitInfo, ...]) -> tuple[CommitInfo, ...]:
    """Leave out what stands below the first commit of ours and on another branch as well: it is that one's.

    So it is where somebody rebased our branch on commits that the base does not have. A shallow clone does not show
    what else holds them; there the base that our first commit was made from counts for such, and what is below it.
    """
    first = next((place for place, commit in enumerate(commits) if read_record(commit)), 0)
    is_shallow = (repository.common_dir / "shallow").exists()
    if first and (is_shallow or not repository.is_only_on(branch, commits[first - 1].sha)):
        return commits[first:]
    return commits


def _refuse_shallow(repository: Repository, branch: str, *, commits: tuple[CommitInfo, ...]) -> None:
    missing = [parent for parent in repository.parents(commits[-1].sha) if not repository.has_commit(parent)]
    if missing:
        raise HeldError(
            f"This clone is too shallow to tell what stands on the branch {branch}.",
            branch=branch,
            mend=lambda there: f"Fetch more of it, then run the command again: {deepen_command(branch, there)}",
        )


def _listed(commits: tuple[CommitInfo, ...]) -> tuple[str, ...]:
    return tuple(f"{commit.sha[:12]} {commit.subject} ({commit.author})" for commit in commits[:_COMMITS_SHOWN])


def _refuse_checked_out(repository: Repository, branch: str) -> None:
    place = repository.checked_out_branches().get(branch)
    if place is None:
        return
    if not Path(place).exists():
        mend = "That folder is gone: git worktree prune"
    elif repository.root is not None and Path(place).resolve() == repository.root.resolve():
        mend = "Switch to another branch first: git switch -"
    else:
        mend = f"Switch it to another branch first: git -C {shlex.quote(place)} switch -"
    raise RepositoryError(f"The branch {branch} is checked out in {place}.", hint=mend)


def _commits_of(repository: Repository, branch: str, *, tip: str, base: str) -> tuple[CommitInfo, ...]:
    """List the commits that moving the branch would take from it.

    Those below the recorded base are not the branch's own, unless nothing else holds them: then somebody re-applied
    on top of the branch itself.
    """
    above = repository.commits(base, tip)
    recorded = [record.base for commit in above if (record := read_record(commit))]
    if not recorded or recorded[0] == base or not repository.has_commit(recorded[0]):
        return above
    if repository.is_only_on(branch, recorded[0]):
        return above
    kept = {commit.sha for commit in repository.commits(recorded[0], tip)}
    return tuple(commit for commit in above if commit.sha in kept)


def _latest_record(commits: tuple[CommitInfo, ...]) -> Record | None:
    return next((record for commit in commits if (record := read_record(commit))), None)


def _counted(count: int) -> str:
    return "a commit" if count == 1 else f"{count} commits"
