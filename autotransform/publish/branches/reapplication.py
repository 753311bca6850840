"""Commits that people put on a branch of ours, put on what takes the place of our commits below them.

Author, date and message stay; who does it becomes the committer, as with `git cherry-pick`. Nothing but objects is
written: a conflict leaves the branch as it was.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from autotransform.errors import RepositoryError
from autotransform.publish.branches.keeping import HeldError, deepen_command, keep_command
from autotransform.publish.branches.record import read_record
from autotransform.review.text import safe_text
from autotransform.script import digest_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autotransform.publish.branches.ownership import Held
    from autotransform.publish.branches.record import Record
    from autotransform.repository import CommitInfo, Repository
    from autotransform.repository.rewriting import RawCommit

_SHOWN = 20
_ID = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Carried:
    """A branch with people's commits on top of ours."""

    #: Its tip.
    sha: str
    #: The commits of people that are there again, oldest first; as they are now.
    commits: tuple[str, ...] = ()
    #: One sentence each, for the person who will use the branch.
    notes: tuple[str, ...] = ()


def refuse_edited_script(repository: Repository, branch: str, *, held: Held, record: Record) -> None:
    """Make sure that a script which people edited on the branch is the one that ran, or an older one of theirs.

    Raises:
        RepositoryError: What ran is the script as it was before they did.
    """
    path = record.script_path
    if record.digest not in held.digests or not is_script_edited(repository, held=held, record=record):
        return
    editors = [commit for commit in held.foreign if _touches(repository, commit, path=path)]
    raise RepositoryError(
        f"On the branch {branch} the script itself was edited, and what ran is the script as it was before.",
        details=_listed(editors),
        hint=f"Take it over, then run the command again: git restore --source={branch} -- {path}",
    )


def is_script_edited(repository: Repository, *, held: Held, record: Record) -> bool:
    """Whether the branch holds another script than the one that ran, by the hand of people."""
    if not held.foreign:
        return False
    content = repository.show_file(held.tip, record.script_path)
    return content is None or digest_of(content.decode(errors="replace")) != record.digest


def refuse_amended(repository: Repository, branch: str, *, held: Held) -> tuple[str, ...]:
    """Make sure that nobody's work stands within our own commits, where it would go with them.

    Returns:
        What to say of commits of ours that were rebased: what was mended on the way is not there any more.

    Raises:
        RepositoryError: They were amended.
    """
    amended = list_amended(repository, held.commits)
    if not amended:
        if any(repository.rewriting.read_commit(commit.sha).was_rewritten for commit in _ours(held.commits)):
            return (f"Our commits on {branch} had been rebased, and were made anew; they ended at {held.tip[:_ID]}.",)
        return ()
    raise HeldError(
        f"On the branch {branch} commits of ours were amended, and what they were amended by would be lost.",
        branch=branch,
        details=_listed(amended),
        mend=lambda there: (
            f"See what that is (autotransform verify {branch}), then keep the branch under another name, and run the"
            f" command again: {keep_command(repository, branch, there)}"
        ),
    )


def list_amended(repository: Repository, commits: Sequence[CommitInfo]) -> tuple[CommitInfo, ...]:
    """List our commits that somebody amended; those that were only put on another base are not among them.

    Args:
        repository: Holds them.
        commits: Of a branch, oldest first.
    """
    ours = _ours(commits)
    record = read_record(ours[0]) if ours else None
    if record is None or ours[0].parents != (record.base,):
        return ()
    return tuple(commit for commit in ours if repository.rewriting.read_commit(commit.sha).was_rewritten)


def _ours(commits: Sequence[CommitInfo]) -> tuple[CommitInfo, ...]:
    return tuple(commit for commit in commits if read_record(commit))


def carry_over(repository: Repository, branch: str, *, held: Held, onto: str, record: Record) -> Carried:
    """Put what people committed on top of a commit, oldest first; no branch moves.

    Args:
        repository: Where.
        branch: Where the commits stand.
        held: What stands there.
        onto: The last of our new commits.
        record: How those were made; of the script itself, theirs is what counts.

    Raises:
        RepositoryError: A commit does not fit; nothing was changed.
    """
    tip, done, notes, signed = onto, [], [], 0
    for commit in held.foreign:
        raw = _read(repository, commit, branch=branch)
        theirs = _tree_of(repository, raw, script_path=record.script_path)
        tree = _merge(repository, raw, theirs=theirs, tip=tip, explain=(branch, held, commit))
        is_empty = tree == repository.tree_of(tip)
        if is_empty and raw.tree != repository.tree_of(raw.parents[0]):
            notes.append(f"{_told(commit)} changes nothing any more, and is left out.")
            continue
        tip = repository.rewriting.copy_commit(raw, tree=tree, parent=tip)
        done.append(tip)
        signed += raw.is_signed
    if done:
        notes.insert(0, f"{_counted(len(done))} that people put on {branch} stands on top again.")
    if signed:
        notes.append(f"{_counted(signed)} of them had a signature, which does not hold for what was made anew.")
    return Carried(sha=tip, commits=tuple(done), notes=tuple(notes))


def _read(repository: Repository, commit: CommitInfo, *, branch: str) -> RawCommit:
    raw = repository.rewriting.read_commit(commit.sha)
    if not raw.parents or not repository.has_commit(raw.parents[0]):
        raise HeldError(
            f"What {_told(commit)} changes cannot be told: this clone does not hold the commit below it.",
            branch=branch,
            mend=lambda there: f"Fetch it, then run the command again: {deepen_command(branch, there)}",
        )
    return raw


def _tree_of(repository: Repository, raw: RawCommit, *, script_path: str) -> str:
    """Give the tree of a commit as if it had left the script alone: that one is the one that ran."""
    parent = raw.parents[0]
    if all(change.path != script_path for change in repository.changes(parent, raw.sha)):
        return raw.tree
    return repository.rewriting.restore_path(raw.sha, script_path, source=parent)


def _merge(
    repository: Repository, raw: RawCommit, *, theirs: str, tip: str, explain: tuple[str, Held, CommitInfo]
) -> str:
    ours, parent = repository.tree_of(tip), raw.parents[0]
    if ours == repository.tree_of(parent):
        return theirs
    merged = repository.rewriting.merge(base=parent, ours=ours, theirs=theirs)
    if merged.conflicts:
        raise _conflict(repository, explain, paths=merged.conflicts)
    return merged.tree


def _conflict(
    repository: Repository, explain: tuple[str, Held, CommitInfo], *, paths: Sequence[str]
) -> RepositoryError:
    branch, held, commit = explain
    more = [f"and {len(paths) - _SHOWN} more"] if len(paths) > _SHOWN else []
    pick = " ".join(each.sha[:_ID] for each in held.foreign[:_SHOWN])
    them = "it" if len(held.foreign) == 1 else "them"
    return HeldError(
        f"{_told(commit)} does not fit on what the branch {branch} is to hold now; the branch stays as it was.",
        branch=branch,
        details=(*(safe_text(path) for path in paths[:_SHOWN]), *more),
        mend=lambda there: (
            "Keep the branch under another name, and run the command again:"
            f" {keep_command(repository, branch, there)}\n"
            f"Then put {them} on top by hand: git switch {branch} && git cherry-pick {pick}"
        ),
    )


def _touches(repository: Repository, commit: CommitInfo, *, path: str) -> bool:
    parents = repository.parents(commit.sha)
    if not parents or not repository.has_commit(parents[0]):
        return False
    return any(change.path == path for change in repository.changes(parents[0], commit.sha))


def _listed(commits: Sequence[CommitInfo]) -> tuple[str, ...]:
    return tuple(f"{each.sha[:_ID]} {safe_text(each.subject)} ({safe_text(each.author)})" for each in commits[:_SHOWN])


def _told(commit: CommitInfo) -> str:
    return f"The commit {commit.sha[:_ID]}, {safe_text(commit.subject)[:80]!r} by {safe_text(commit.author)[:80]},"


def _counted(count: int) -> str:
    return "A commit" if count == 1 else f"{count} commits"
