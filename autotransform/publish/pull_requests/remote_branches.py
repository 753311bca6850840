"""Branches of ours on a remote: what is on them, taking them over before a run, and who else put something there.

A run works on the branch of this clone. So that branch becomes what the remote has before the run: then what people
pushed is before the eyes of the run, and the lease with which its result is pushed is just that commit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from autotransform.errors import RepositoryError
from autotransform.publish.branches.keeping import GONE
from autotransform.publish.branches.merges import leave_out_merges
from autotransform.publish.branches.ownership import branch_of
from autotransform.publish.branches.reapplication import list_amended
from autotransform.publish.branches.record import read_record

if TYPE_CHECKING:
    from collections.abc import Mapping

    from autotransform.publish.branches.record import Record
    from autotransform.repository import CommitInfo, Repository
    from autotransform.repository.remote import Connection

_HEADS, _KEPT = "refs/heads/", "refs/autotransform/there/"
#: How far down a branch its record is looked for; and how much of the history a shallow clone is given.
_DEPTH = 100
_SHOWN = 5


def list_family(connection: Connection, name: str) -> dict[str, str]:
    """Give the branches of a transform on a remote, its parts' included, and where they are.

    Raises:
        GitHubError: The remote does not let us, or cannot be reached.
    """
    found = connection.list_refs(f"{_HEADS}{branch_of(name)}", f"{_HEADS}{branch_of(name)}--*")
    return {ref.removeprefix(_HEADS): sha for ref, sha in found.items()}


def take_over_branches(
    repository: Repository, connection: Connection, tips: Mapping[str, str], *, base: str = ""
) -> None:
    """Let the branches of this clone be what the remote has, unless they hold what people made here.

    Args:
        repository: The clone.
        connection: To the remote.
        tips: The branches there, and where they are.
        base: Where the run will start: what that holds is nobody's work on a branch.

    Raises:
        RepositoryError: Here and there are commits of people that the other does not have, or there is nothing of ours.
        GitHubError: The remote does not let us, or cannot be reached.
    """
    held = repository.checked_out_branches()
    for branch, tip in tips.items():
        fetch_branch(repository, connection, branch=branch, tip=tip)
        if branch not in held:
            _take_over(repository, branch, tip=tip, remote=connection.name, base=base)


def fetch_branch(repository: Repository, connection: Connection, *, branch: str, tip: str) -> None:
    """Make sure that this clone has the tip of a branch of the remote.

    Raises:
        GitHubError: The remote does not let us, or cannot be reached.
    """
    if repository.has_commit(tip):
        return
    is_shallow = (repository.common_dir / "shallow").exists()
    connection.fetch(f"{_HEADS}{branch}", into=f"{_KEPT}{branch}", depth=_DEPTH if is_shallow else None)


def latest_record(repository: Repository, tip: str) -> Record | None:
    """Read how the latest commit of ours on a branch was made; ``None`` where there is none."""
    commits = repository.commits(None, tip, limit=_DEPTH)
    return next((record for commit in commits if (record := read_record(commit))), None)


def people_commits(repository: Repository, tip: str, *, base: str = "") -> tuple[CommitInfo, ...] | None:
    """List what people put on a branch of ours, newest first; ``None`` where that cannot be told.

    What they amended is among it, though it says that it is ours. What a base holds is not, where one is given, nor are
    the merges that bring nothing else, as *Update branch* makes them.
    """
    record = latest_record(repository, tip)
    if record is None or not repository.has_commit(record.base):
        return None
    commits = repository.commits(record.base, tip)
    amended = {commit.sha for commit in list_amended(repository, commits[::-1])}
    if base:
        above = {commit.sha for commit in repository.commits(base, tip)}
        own = tuple(commit for commit in commits if commit.sha in above)
        commits, _ = leave_out_merges(repository, own, base=base)
    return tuple(commit for commit in commits if commit.sha in amended or read_record(commit) is None)


def _take_over(repository: Repository, branch: str, *, tip: str, remote: str, base: str) -> None:
    local = repository.branch_tip(branch)
    if local == tip or not repository.has_commit(tip):
        return
    if local is not None and not repository.commits(local, tip, limit=1):
        return  # this clone is ahead: nothing is there that is not here
    if latest_record(repository, tip) is None:
        raise RepositoryError(
            f"The branch {branch} on {remote} is none that AutoTransform made.",
            hint="Give it another name there, then run the command again:"
            f" git push {remote} {tip}:refs/heads/kept-{branch.rpartition('/')[2]} :{branch}\n{GONE}",
        )
    if (
        local is not None
        and repository.commits(tip, local, limit=1)
        and _has_more(repository, local, tip=tip, base=base)
    ):
        _refuse_loss(repository, branch, local=local, there=(remote, tip), base=base)
        return
    repository.update_branch(branch, new=tip, old=local, reason=f"autotransform: as on {remote}")


def _has_more(repository: Repository, local: str, *, tip: str, base: str) -> bool:
    """Whether people put something on the branch here that is not there, be it put on anew by another run."""
    here, there = (people_commits(repository, each, base=base) for each in (local, tip))
    if here is None or there is None:
        return True
    return not all(
        any(_is_same_work(repository, commit, other) for other in there if _has_same_name(commit, other))
        for commit in here
    )


def _has_same_name(commit: CommitInfo, other: CommitInfo) -> bool:
    return (commit.author, commit.message) == (other.author, other.message)


def _is_same_work(repository: Repository, commit: CommitInfo, other: CommitInfo) -> bool:
    """Whether what one of two commits changes is all there in the other one, and the other way round.

    What they stand on may differ, so their files may, too. Where it cannot be told it counts for different.
    """
    if commit.sha == other.sha:
        return True
    return _adds_nothing(repository, commit, to=other) and _adds_nothing(repository, other, to=commit)


def _adds_nothing(repository: Repository, commit: CommitInfo, *, to: CommitInfo) -> bool:
    if len(commit.parents) != 1 or not repository.has_commit(commit.parents[0]):
        return False
    ours, theirs = repository.tree_of(to.sha), repository.tree_of(commit.sha)
    merged = repository.rewriting.merge(base=commit.parents[0], ours=ours, theirs=theirs)
    return not merged.conflicts and merged.tree == ours


def _refuse_loss(repository: Repository, branch: str, *, local: str, there: tuple[str, str], base: str) -> None:
    """Make sure that what people pushed is here as well, where there is something of people's here, too."""
    remote, tip = there
    pushed = people_commits(repository, tip, base=base)
    missing = {commit.sha for commit in repository.commits(local, tip)}
    lost = [commit for commit in pushed or () if commit.sha in missing]
    if pushed is not None and not lost:
        return
    details = tuple(f"{commit.sha[:12]} {commit.subject} ({commit.author})" for commit in lost[:_SHOWN])
    here = people_commits(repository, local, base=base) or ()
    if any(_has_same_name(commit, other) for commit in here for other in lost):
        raise RepositoryError(
            f"The branch {branch} holds other versions of commits of people here than on {remote}.",
            details=details,
            hint="Choose, then run the command again."
            f" Those here: git push --force-with-lease={branch}:{tip} {remote} {branch};"
            f" those on {remote}: git branch -f {branch} {tip}",
        )
    raise RepositoryError(
        f"The branch {branch} holds commits of people here, and others on {remote}.",
        details=details,
        hint=f"Bring them together, then run the command again: git switch {branch} && git pull --rebase {remote}"
        f" {branch} && git switch -",
    )
