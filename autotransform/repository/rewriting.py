"""Commits of people, put on top of another commit: merged from objects alone, with no index and no working tree."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from autotransform.errors import RepositoryError
from autotransform.repository.history import is_signing, require_identity
from autotransform.repository.objects import find_in_tree
from autotransform.repository.objects import write_tree as write_changed_tree

if TYPE_CHECKING:
    from autotransform.repository.process import Git

#: Who makes the commits that are only there for git to find what two trees have in common; nobody sees them.
_NOBODY = {
    f"GIT_{who}_{what}": value
    for who in ("AUTHOR", "COMMITTER")
    for what, value in (("NAME", "autotransform"), ("EMAIL", "autotransform@localhost"), ("DATE", "@0 +0000"))
}
_CONFLICT = 1
#: Of a path that is to be gone.
_NO_MODE = "0"
#: What the person's configuration says of merges, and the same commits might come out otherwise by.
_SETTINGS = ("merge.renormalize=false", "merge.renames=true", "merge.directoryRenames=false", "merge.default=text")


@dataclass(frozen=True, slots=True, kw_only=True)
class RawCommit:
    """A commit as it is stored."""

    sha: str
    tree: str
    parents: tuple[str, ...]
    #: ``Name <address> seconds zone``.
    author: bytes
    committer: bytes
    #: In UTF-8, where its encoding is known.
    message: bytes
    is_signed: bool

    @property
    def was_rewritten(self) -> bool:
        """Whether it was made at another time than it was written: amended, or rebased."""
        return _seconds(self.author) != _seconds(self.committer)


@dataclass(frozen=True, slots=True, kw_only=True)
class Merged:
    """What came of a merge of trees."""

    tree: str
    #: Paths on which both sides differ, in the order of their bytes; empty: the tree is the result.
    conflicts: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewriting:
    """One repository, as far as it takes to rewrite branches."""

    git: Git

    def committer(self) -> str:
        """Give who makes commits here: ``Name <address>``.

        Raises:
            RepositoryError: Git does not know.
        """
        answer = self.git.ask("var", "GIT_COMMITTER_IDENT")
        if answer.status:
            require_identity(self.git)
        return answer.text.rpartition("> ")[0] + ">"

    def list_branches(self, *patterns: str) -> dict[str, str]:
        """Give the commit of each branch whose whole name matches one of some patterns, as git has them, by name."""
        refs = [f"refs/heads/{pattern}" for pattern in patterns]
        output = self.git.run("for-each-ref", "--format=%(objectname) %(refname)", *refs)
        pairs = (line.split(" ", 1) for line in os.fsdecode(output).splitlines())
        return {name.removeprefix("refs/heads/"): sha for sha, name in pairs}

    def delete_branch(self, branch: str, *, old: str, reason: str) -> None:
        """Delete a branch that still is where it was said to be.

        Raises:
            RepositoryError: It is elsewhere, or cannot be deleted.
        """
        answer = self.git.ask("update-ref", "-m", reason, "-d", f"refs/heads/{branch}", old)
        if answer.status:
            raise RepositoryError(
                f"The branch {branch} could not be deleted: {answer.error.partition(chr(10))[0]}",
                hint=f"Look at it with `git log {branch}`, then run the command again.",
            )

    def read_commit(self, sha: str) -> RawCommit:
        """Read a commit with what it names itself, whatever a shallow clone says of its parents.

        Raises:
            RepositoryError: The repository does not hold it.
        """
        head, _, message = self.git.run("cat-file", "commit", sha).partition(b"\n\n")
        fields: dict[bytes, list[bytes]] = {}
        for line in head.split(b"\n"):
            key, _, value = line.partition(b" ")
            fields.setdefault(key, []).append(value)  # continued lines begin with a blank, and are of no interest
        return RawCommit(
            sha=sha,
            tree=fields[b"tree"][0].decode(),
            parents=tuple(each.decode() for each in fields.get(b"parent", [])),
            author=fields[b"author"][0],
            committer=fields[b"committer"][0],
            message=_in_utf8(message, encoding=fields.get(b"encoding", [b"utf-8"])[0]),
            is_signed=b"gpgsig" in fields or b"gpgsig-sha256" in fields,
        )

    def merge(self, *, base: str, ours: str, theirs: str) -> Merged:
        """Merge two trees that come from a third; nothing but objects is written.

        Args:
            base: A commit.
            ours: A tree.
            theirs: A tree.

        Raises:
            RepositoryError: Git cannot do it.
        """
        # Git before 2.40 takes no base: it finds that of two commits.
        return self.merge_commits(*(self._write_side(tree, parent=base) for tree in (ours, theirs)))

    def merge_commits(self, ours: str, theirs: str) -> Merged:
        """Merge two commits as `git merge` does, on what they have in common; nothing but objects is written.

        Raises:
            RepositoryError: Git cannot do it.
        """
        settings = [word for setting in _SETTINGS for word in ("-c", setting)]
        options = ["merge-tree", "--write-tree", "-z", "--name-only", "--no-messages", "--allow-unrelated-histories"]
        answer = self.git.ask(*settings, *options, ours, theirs)
        if answer.status not in {0, _CONFLICT}:
            raise RepositoryError(f"git merge-tree failed: {answer.error.partition(chr(10))[0]}")
        tree, *paths = os.fsdecode(answer.output).split("\0")
        conflicts = tuple(sorted({path for path in paths if path}, key=os.fsencode))
        if answer.status == _CONFLICT and not conflicts:
            raise RepositoryError("git merge-tree found a conflict and did not say where.")
        return Merged(tree=tree.strip(), conflicts=conflicts if answer.status else ())

    def _write_side(self, tree: str, *, parent: str) -> str:
        return self.git.run("commit-tree", "-p", parent, tree, environment=_NOBODY).decode().strip()

    def restore_path(self, commit: str, path: str, *, source: str) -> str:
        """Write the tree of a commit in which one path is as in another commit, or not there if it is not; its id."""
        found = find_in_tree(self.git, source, path=path)
        mode, oid = (found.mode, found.oid) if found else (_NO_MODE, "0" * len(commit))
        return write_changed_tree(self.git, commit, changes={path: (mode, oid)})

    def copy_commit(self, commit: RawCommit, *, tree: str, parent: str) -> str:
        """Write a commit with author, date and message of another, signed where ``commit.gpgsign`` says so; its id.

        Raises:
            RepositoryError: Git knows no committer, or signing failed.
        """
        name, _, rest = os.fsdecode(commit.author).rpartition(" <")
        address, _, date = rest.partition("> ")
        environment = {"GIT_AUTHOR_NAME": name, "GIT_AUTHOR_EMAIL": address, "GIT_AUTHOR_DATE": f"@{date}"}
        signed = ["-S"] if is_signing(self.git) else []
        answer = self.git.ask("commit-tree", *signed, "-p", parent, tree, feed=commit.message, environment=environment)
        if answer.status:
            require_identity(self.git)
            raise RepositoryError(
                f"The commit {commit.sha[:12]} could not be written anew{', signed' if signed else ''}.",
                details=tuple(answer.error.splitlines()),
            )
        return answer.text


def _seconds(who: bytes) -> bytes:
    return who.rpartition(b"> ")[2].partition(b" ")[0]


def _in_utf8(message: bytes, *, encoding: bytes) -> bytes:
    try:
        return message.decode(encoding.decode("ascii")).encode()
    except (LookupError, ValueError):
        return message
