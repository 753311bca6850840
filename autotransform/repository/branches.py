"""Branches: where they point, who has them checked out, and moving one."""

from __future__ import annotations

import os
import shlex
import time
from pathlib import Path
from typing import TYPE_CHECKING

from autotransform.errors import RepositoryError

if TYPE_CHECKING:
    from autotransform.repository.process import Git

_HEADS = "refs/heads/"
#: What the branches that we make begin with, and how old a lock of one is that nobody holds any more.
_OURS = "autotransform/"
_LOCK_SECONDS = 600.0
_ID_LENGTH = {"sha1": 40, "sha256": 64}
#: Files that name the branch a rebase will put back at its end.
_REBASES = ("rebase-merge/head-name", "rebase-apply/head-name")


def head_branch(git: Git) -> str | None:
    """Give the branch at HEAD, even before its first commit; ``None`` when HEAD is detached."""
    answer = git.ask("symbolic-ref", "--quiet", "HEAD")
    return answer.text.removeprefix(_HEADS) if answer.status == 0 else None


def branch_tip(git: Git, branch: str) -> str | None:
    """Give the commit that a branch points to; ``None`` when there is no such branch."""
    answer = git.ask("rev-parse", "--verify", "--quiet", "--end-of-options", f"{_HEADS}{branch}^{{commit}}")
    return answer.text if answer.status == 0 else None


def checked_out(git: Git, *, common_dir: Path) -> dict[str, str]:
    """Give each branch that some worktree has checked out, or is rebasing, with the path of the worktree."""
    found: dict[str, str] = {}
    path = ""
    for field in os.fsdecode(git.run("worktree", "list", "--porcelain", "-z")).split("\0"):
        key, _, value = field.partition(" ")
        if key == "worktree":
            path = value
        elif key == "branch":
            found[value.removeprefix(_HEADS)] = path
    return _rebased(common_dir) | found


def _rebased(common_dir: Path) -> dict[str, str]:
    """Find branches whose worktree has HEAD detached only until a rebase ends; git protects these too."""
    found = {}
    for git_dir in (common_dir, *sorted((common_dir / "worktrees").glob("*"))):
        for name in _REBASES:
            state = git_dir / name
            if state.is_file():
                branch = os.fsdecode(state.read_bytes()).strip()
                found[branch.removeprefix(_HEADS)] = _worktree_of(git_dir)
    return found


def _worktree_of(git_dir: Path) -> str:
    link = git_dir / "gitdir"
    return str(Path(os.fsdecode(link.read_bytes()).strip()).parent if link.is_file() else git_dir.parent)


def update_branch(git: Git, branch: str, *, new: str, old: str | None, reason: str, object_format: str) -> None:
    """Move a branch to a commit, or make it, in one atomic step.

    Args:
        git: Where.
        branch: Without ``refs/heads/``.
        new: The commit.
        old: Where the branch must still be; ``None``: it must not exist.
        reason: For the reflog.
        object_format: ``sha1`` or ``sha256``.

    Raises:
        RepositoryError: The branch is elsewhere by now, or its name cannot be.
    """
    expected = old or "0" * _ID_LENGTH[object_format]
    command = ("update-ref", "-m", reason, "--create-reflog", f"{_HEADS}{branch}", new, expected)
    answer = git.ask(*command)
    if answer.status and _remove_old_lock(git, branch):
        answer = git.ask(*command)
    if answer.status == 0:
        return
    tip = branch_tip(git, branch)
    if tip != old:
        raise RepositoryError(
            f"The branch {branch} was moved by somebody else in the meantime; nothing was changed.",
            details=(f"expected {old or 'no such branch'}, found {tip or 'no such branch'}",),
            hint=f"Look at it with `git log {branch}`, then run the command again.",
        )
    lock = _lock_of(git, branch)
    hint = f"If no other git is at work, a crash left its lock behind: rm {shlex.quote(str(lock))}" if lock else ""
    blocking = branch.partition("/")[0]
    if "/" in branch and branch_tip(git, blocking):
        hint = f"A branch called {blocking} stands in the way: git branch -m {blocking} another-name"
    raise RepositoryError(f"The branch {branch} could not be written: {answer.error}", hint=hint)


def _lock_of(git: Git, branch: str) -> Path | None:
    """Give the file with which some git holds a branch, if there is one."""
    answer = git.ask("rev-parse", "--git-path", f"{_HEADS}{branch}.lock")
    path = git.directory / answer.text
    return path if answer.status == 0 and path.is_file() else None


def _remove_old_lock(git: Git, branch: str) -> bool:
    """Take away the lock that a git of ours left when it was killed; git holds one for a moment, never for minutes."""
    lock = _lock_of(git, branch) if branch.startswith(_OURS) else None
    if lock is None or time.time() - lock.stat().st_mtime < _LOCK_SECONDS:
        return False
    lock.unlink(missing_ok=True)
    return True


def find_only_on(git: Git, branch: str, *, commit: str) -> bool:
    """Whether a commit would be held by nothing if this branch, here and on remotes, were gone."""
    others = [f"--exclude={branch}", "--branches", f"--exclude=*/{branch}", "--remotes", "--tags"]
    head = [] if head_branch(git) == branch else ["HEAD"]
    answer = git.ask("rev-list", "--max-count=1", commit, "--not", *head, *others, "--")
    return answer.status == 0 and bool(answer.text)
