"""What a person can do where a branch must not be moved: in this clone alone, or where a remote has the branch, too."""

from __future__ import annotations

import shlex
from dataclasses import dataclass
from typing import TYPE_CHECKING

from autotransform.errors import RepositoryError

if TYPE_CHECKING:
    from collections.abc import Callable

    from autotransform.repository import Repository

#: What comes of the commands that take a branch from a remote.
GONE = "GitHub closes the pull request of a branch that is gone; the next run opens a new one."

_PREFIX = "autotransform/"
_ID = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class There:
    """A branch on a remote, which every run of `pr` starts from: what is mended in the clone alone comes back."""

    remote: str
    tip: str


class HeldError(RepositoryError):
    """A branch must not be moved, for what it holds.

    Args:
        message: As of every error.
        branch: Which.
        mend: Gives the hint: for this clone alone, or for a branch that a remote has as well.
        details: As of every error.
    """

    def __init__(
        self, message: str, *, branch: str, mend: Callable[[There | None], str], details: tuple[str, ...] = ()
    ) -> None:
        super().__init__(message, details=details, hint=mend(None))
        self.branch = branch
        self._mend = mend

    def turn_to(self, there: There) -> None:
        """Let the hint be one that helps although a remote has the branch, and say what becomes of its pull request."""
        self.hint = self._mend(there)
        if f" :refs/heads/{shlex.quote(self.branch)}" in self.hint or " --delete " in self.hint:
            self.hint += f"\n{GONE}"


def keep_command(repository: Repository, branch: str, there: There | None) -> str:
    """Give the command that keeps a branch under another name, which is free."""
    name, old = f"{branch.removeprefix(_PREFIX)}-kept", shlex.quote(branch)
    if there:
        kept = shlex.quote(f"{name}-{there.tip[:_ID]}")
        refs = f"{there.tip}:refs/heads/{kept} :refs/heads/{old}"
        return f"git push --atomic {shlex.quote(there.remote)} {refs} && git branch -m {old} {kept}"
    tip = repository.branch_tip(name)
    kept = name if tip is None else f"{name}-{(repository.branch_tip(branch) or tip)[:_ID]}"
    return f"git branch -m {old} {shlex.quote(kept)}"


def delete_command(branch: str, there: There | None) -> str:
    """Give the command that deletes a branch."""
    old = shlex.quote(branch)
    here = f"git branch -D {old}"
    return f"git push {shlex.quote(there.remote)} --delete {old} && {here}" if there else here


def deepen_command(branch: str, there: There | None) -> str:
    """Give the command that fetches more of a branch in a shallow clone."""
    return f"git fetch --deepen=100 {shlex.quote(there.remote) if there else 'origin'} {shlex.quote(branch)}"


def unshallow_command(there: There | None) -> str:
    """Give the command that fetches all that a shallow clone lacks."""
    return f"git fetch --unshallow {shlex.quote(there.remote) if there else 'origin'}"


def overwrite_command(branch: str, there: There | None) -> str:
    """Give what follows a command that mends a branch here; empty where no remote has it."""
    if there is None:
        return ""
    old = shlex.quote(branch)
    return f" && git push --force-with-lease={old}:{there.tip} {shlex.quote(there.remote)} {old}"
