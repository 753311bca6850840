"""Commits: names of revisions, what a range of them says, and writing a new one."""

from __future__ import annotations

import difflib
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from autotransform.errors import RepositoryError
from autotransform.repository.programs import refuse_signer

if TYPE_CHECKING:
    from collections.abc import Container, Mapping, Sequence
    from pathlib import Path

    from autotransform.repository.process import Git

_FIELDS = ("%H", "%P", "%an <%ae>", "%(trailers:only=true,unfold=true)", "%B")


@dataclass(frozen=True, slots=True, kw_only=True)
class CommitInfo:
    """One commit."""

    sha: str
    parents: tuple[str, ...]
    #: ``Name <address>``.
    author: str
    message: str
    #: Of each key its values, in order.
    trailers: Mapping[str, tuple[str, ...]]

    @property
    def subject(self) -> str:
        """The first line of the message."""
        return self.message.partition("\n")[0]


def resolve(git: Git, revision: str, *, git_dir: Path, known: Container[str] = ()) -> str:
    """Give the id of the commit that a revision names.

    Args:
        git: Where.
        revision: In git's words.
        git_dir: That all worktrees share.
        known: Ids of commits that the repository holds.

    Raises:
        RepositoryError: It names none; the hint has what comes nearest.
    """
    # Two steps, for `:/text` takes all that follows for the text.
    named = _verify(git, revision) if revision else ""
    commit = named if named in known else _verify(git, f"{named}^{{commit}}") if named else ""
    if commit:
        return commit
    if revision == "HEAD":
        raise RepositoryError(
            "The repository has no commit yet.",
            hint='Make one with `git add . && git commit -m "First commit"`, or use --in-place.',
        )
    names = git.run("for-each-ref", "--format=%(refname:short)", "refs/heads", "refs/tags", "refs/remotes")
    known = os.fsdecode(names).splitlines()
    raise RepositoryError(f"There is no commit called {revision!r}.", hint=_nearest(revision, known, git_dir=git_dir))


def _verify(git: Git, revision: str) -> str:
    # Without --end-of-options a name that starts with a dash would be an option.
    answer = git.ask("rev-parse", "--verify", "--quiet", "--end-of-options", revision)
    return answer.text if answer.status == 0 else ""


def _nearest(revision: str, known: Sequence[str], *, git_dir: Path) -> str:
    remote = [name for name in known if revision and name.partition("/")[2] == revision]
    near = remote or difflib.get_close_matches(revision, known, n=1)
    if near and near[0]:
        return f"Did you mean {near[0]}?"
    if (git_dir / "shallow").exists():
        return "This clone is shallow; fetch the rest with `git fetch --unshallow`, or the one branch by its name."
    return "List the branches with `git branch --all`."


def list_commits(git: Git, *revisions: str, limit: int | None = None) -> tuple[CommitInfo, ...]:
    """Describe commits, newest first; ``revisions`` as ``git log`` takes them: ``TIP``, ``^BASE``."""
    template = "%x00".join(_FIELDS)
    options = ["--no-show-signature", "--no-color", "--no-notes", "--no-decorate", "--encoding=UTF-8", "--topo-order"]
    bound = [] if limit is None else [f"--max-count={limit}"]
    output = git.run("log", "-z", f"--format=tformat:{template}", *options, *bound, *revisions, "--")
    fields = output.split(b"\0")[:-1]
    width = len(_FIELDS)
    return tuple(_commit_info(fields[start : start + width]) for start in range(0, len(fields), width))


def write_commit_object(git: Git, *, tree: str, parent: str, message: str) -> str:
    """Write a commit of a tree, signed where ``commit.gpgsign`` says so; its id. No branch moves."""
    signed = is_signing(git)
    arguments = ["commit-tree", *(["-S"] if signed else []), "-p", parent, tree]
    feed = message.encode(errors="surrogateescape")
    answer = git.ask(*arguments, feed=feed)
    if answer.status == 0:
        return answer.text
    require_identity(git)
    if signed:
        raise RepositoryError(
            "The commit could not be signed, as commit.gpgsign asks.",
            details=tuple(answer.error.splitlines()),
            hint="Check the key with `git commit -S --allow-empty`, or switch it off: git config commit.gpgsign false",
        )
    raise RepositoryError(f"The commit could not be written: {answer.error}")


def is_signing(git: Git) -> bool:
    """Whether commits are to be signed.

    Raises:
        RepositoryError: They are, by a program that the repository's own configuration names.
    """
    signed = git.ask("config", "--type=bool", "--get", "commit.gpgsign").text == "true"
    if signed:
        refuse_signer(git)
    return signed


def require_identity(git: Git) -> None:
    """Make sure that git knows who makes a commit.

    Raises:
        RepositoryError: It does not; the hint has the commands that tell it.
    """
    answers = [git.ask("var", name) for name in ("GIT_AUTHOR_IDENT", "GIT_COMMITTER_IDENT")]
    if any(answer.status for answer in answers):
        raise RepositoryError(
            "Git does not know who you are, and a commit needs an author.",
            hint='git config --global user.name "Your Name" && git config --global user.email you@example.com',
        )


def _commit_info(fields: Sequence[bytes]) -> CommitInfo:
    sha, parents, author, trailers, message = (os.fsdecode(field) for field in fields)
    return CommitInfo(
        sha=sha,
        parents=tuple(parents.split()),
        author=author,
        message=message,
        trailers=_parse_trailers(trailers),
    )


def _parse_trailers(block: str) -> dict[str, tuple[str, ...]]:
    trailers: dict[str, tuple[str, ...]] = {}
    for line in block.split("\n"):
        key, colon, value = line.partition(":")
        if colon:
            trailers[key] = (*trailers.get(key, ()), value.strip())
    return trailers
