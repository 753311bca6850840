"""One repository: everything that the other rooms ask of git."""

from __future__ import annotations

import os
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from autotransform.errors import RepositoryError
from autotransform.repository import attributes, branches, comparison, differences, history, hooks, objects, programs
from autotransform.repository.discovery import Place, find_place
from autotransform.repository.process import Git
from autotransform.repository.remote import connect, list_remotes
from autotransform.repository.rewriting import Rewriting
from autotransform.repository.worktrees import Worktree, temporary_worktree

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Mapping, Sequence
    from contextlib import AbstractContextManager

    from autotransform.repository.comparison import PathChange
    from autotransform.repository.history import CommitInfo
    from autotransform.repository.objects import Entry, Listing
    from autotransform.repository.remote import Connection, Credentials


class Repository:
    """A git repository. Nothing here touches HEAD, the index or the working tree, and no hook of it ever runs."""

    def __init__(self, place: Place) -> None:
        self._place = place
        root = place.root
        binding = (f"--git-dir={place.git_dir}", *([f"--work-tree={root}"] if root else []))
        bound = Git(directory=root or place.git_dir, binding=binding)
        self._git = replace(bound, overrides=programs.find_overrides(bound))
        self._trees: dict[str, Listing] = {}
        #: Ids of commits that are known to be there; what an id names never changes.
        self._commits: set[str] = set()

    @classmethod
    def open(cls, start: Path) -> Repository:
        """Open the repository that a folder belongs to.

        Raises:
            RepositoryError: There is none, or git is missing, too old, or refuses it.
        """
        return cls(find_place(start))

    def __repr__(self) -> str:
        return f"Repository({str(self.root or self.git_dir)!r})"

    # Where things are

    @property
    def root(self) -> Path | None:
        """The working tree; ``None`` when the repository is bare."""
        return self._place.root

    @property
    def git_dir(self) -> Path:
        """Git's own folder of this worktree."""
        return self._place.git_dir

    @property
    def common_dir(self) -> Path:
        """Git's own folder that all worktrees share."""
        return self._place.common_dir

    @property
    def state_dir(self) -> Path:
        """Where we keep what is ours; may not exist yet."""
        return self.common_dir / "autotransform"

    @property
    def is_bare(self) -> bool:
        """Whether there is no working tree."""
        return self.root is None

    @cached_property
    def _index_environment(self) -> dict[str, str]:
        # `git commit FILE` and `git commit -a` run hooks on an index of their own, which they name; it lies beside the
        # real one. Any other that is named belongs to somebody else.
        named = os.environ.get("GIT_INDEX_FILE", "")
        path = Path(os.path.normpath(self._git.directory / named))
        return {"GIT_INDEX_FILE": str(path)} if named and path.parent.resolve() == self.git_dir.resolve() else {}

    # Revisions and branches

    def resolve(self, revision: str) -> str:
        """Give the id of the commit that a revision names.

        Raises:
            RepositoryError: It names none; the hint has what comes nearest.
        """
        if revision not in self._commits:
            revision = history.resolve(self._git, revision, git_dir=self.common_dir, known=self._commits)
            self._commits.add(revision)
        return revision

    def head_branch(self) -> str | None:
        """Give the branch at HEAD, even before its first commit; ``None`` when HEAD is detached."""
        return branches.head_branch(self._git)

    def branch_tip(self, branch: str) -> str | None:
        """Give the commit that a branch points to; ``None`` when there is no such branch."""
        return branches.branch_tip(self._git, branch)

    def checked_out_branches(self) -> dict[str, str]:
        """Give each branch that some worktree has checked out or is rebasing, with the worktree's path."""
        return branches.checked_out(self._git, common_dir=self.common_dir)

    def update_branch(self, branch: str, *, new: str, old: str | None, reason: str) -> None:
        """Move a branch, or make it where ``old`` is ``None``, in one atomic step.

        Raises:
            RepositoryError: The branch is no longer at ``old``; nothing was changed.
        """
        object_format = self._place.object_format
        branches.update_branch(self._git, branch, new=new, old=old, reason=reason, object_format=object_format)

    def is_only_on(self, branch: str, commit: str) -> bool:
        """Whether nothing but this branch, here and on remotes, holds the commit."""
        return branches.find_only_on(self._git, branch, commit=commit)

    def has_commit(self, sha: str) -> bool:
        """Whether the repository holds a commit; a shallow clone lacks old ones."""
        return self._git.ask("cat-file", "-e", f"{sha}^{{commit}}").status == 0

    def commits(self, base: str | None, tip: str, *, limit: int | None = None) -> tuple[CommitInfo, ...]:
        """Describe the commits of ``tip`` that ``base`` does not have, newest first."""
        return history.list_commits(self._git, tip, *([f"^{base}"] if base else []), limit=limit)

    def parents(self, commit: str) -> tuple[str, ...]:
        """Give the parents that a commit names, whether the repository holds them or not."""
        return comparison.named_parents(self._git, commit)

    def changes(self, base: str, commit: str) -> tuple[PathChange, ...]:
        """List the paths that differ between two commits, in the order of the paths' bytes."""
        return comparison.list_changes(self._git, base, commit)

    # Reading

    def list_files(self, commit: str | None) -> Listing:
        """List what a commit or (``None``) the index holds; the last answer for a commit is remembered.

        Raises:
            RepositoryError: The index holds conflicts, or one of them a path that no working tree may have.
        """
        if commit is None:
            return objects.list_index(self._git, environment=self._index_environment)
        if commit not in self._trees:
            self._trees = {commit: objects.list_tree(self._git, commit)}
        return self._trees[commit]

    def tree(self, commit: str) -> tuple[Entry, ...]:
        """List every path of a commit, in the order of the paths' bytes; the last answer is remembered."""
        return self.list_files(commit).entries

    def index(self) -> tuple[Entry, ...]:
        """List every path of the index, in the order of the paths' bytes.

        Raises:
            RepositoryError: It holds conflicts.
        """
        return self.list_files(None).entries

    def oid_of(self, content: bytes) -> str:
        """Give the id that a content has as a blob; nothing is stored."""
        return objects.oid_of(content, object_format=self._place.object_format)

    def read(self, oid: str) -> bytes:
        """Give the content of one blob, as it is stored.

        Raises:
            RepositoryError: The repository does not hold it, or it is too large.
        """
        content = next(self.read_many([oid]))
        if isinstance(content, OSError):
            raise RepositoryError(f"Cannot read {oid}: {content.strerror}.")
        return content

    def read_many(self, oids: Iterable[str], *, ahead: int = objects.BATCH) -> Generator[bytes | OSError, None, None]:
        """Give the content of each blob as it is stored, in order, from one process; an error where it is too large.

        Of the ids no more than ``ahead`` are taken before the content of the first of them is given.
        """
        return objects.read_blobs(self._git, oids, ahead=ahead)

    def show_file(self, commit: str, path: str) -> bytes | None:
        """Give the content of a regular file in a commit; ``None`` when it holds no such file."""
        if path.startswith("/") or {"", ".."} & set(path.split("/")):
            return None
        found = objects.find_in_tree(self._git, commit, path=path)
        return self.read(found.oid) if found and found.mode.startswith("100") else None

    def tree_of(self, commit: str) -> str:
        """Give the id of a commit's tree."""
        return self._git.run("rev-parse", "--verify", f"{commit}^{{tree}}").decode().strip()

    def generated_paths(
        self, commit: str | None, paths: Sequence[str], *, listing: Listing | None = None
    ) -> frozenset[str]:
        """Find which of the paths are marked ``linguist-generated`` in a commit or (``None``) in the index.

        Args:
            commit: Where to look.
            paths: What to look for.
            listing: What stands there, where somebody has listed it already.
        """
        if not paths or not attributes.names_generated(self._git, listing or self.list_files(commit)):
            return frozenset()
        environment = self._index_environment
        return attributes.find_generated(self._git, paths, commit=commit, environment=environment)

    def differing_paths(self, paths: Sequence[str], base: str) -> tuple[str, ...]:
        """Find which of the paths are, on disk or in the index, not what a commit holds.

        A file that the commit does not hold counts as differing. In a bare repository nothing does.
        """
        if self.root is None:
            return ()
        index_file = Path(self._index_environment.get("GIT_INDEX_FILE", self.git_dir / "index"))
        differing = differences.find_differing(self._git, base, index_file=index_file, paths=paths)
        listing = self.list_files(base)
        return tuple(path for path in paths if path in differing or not listing.holds(path))

    def is_untracked(self, path: str) -> bool:
        """Whether a file stands in the working tree that git neither knows nor ignores."""
        return bool(self._git.run("ls-files", "--others", "--exclude-standard", "-z", "--", path))

    # Writing

    def write_tree(self, parent: str, *, files: Mapping[str, bytes], modes: Mapping[str, str] | None = None) -> str:
        """Write the tree of a commit with some files replaced or added; its id.

        A file keeps its mode; a new one gets ``modes[path]``, or 100644. No filter changes a byte.

        Raises:
            RepositoryError: A path cannot be a file there.
        """
        held = {entry.path: entry.mode for entry in self.tree(parent)}
        _refuse_impossible(files, held=held)
        oids = objects.write_blobs(self._git, files.values())
        new_modes = modes or {}
        changes = {
            path: (held.get(path) or new_modes.get(path, objects.REGULAR_MODE), oid)
            for path, oid in zip(files, oids, strict=True)
        }
        return objects.write_tree(self._git, parent, changes=changes)

    def write_commit(
        self, *, parent: str, files: Mapping[str, bytes], message: str, modes: Mapping[str, str] | None = None
    ) -> str:
        """Write a commit on top of another with some files replaced or added; its id. No branch moves.

        Raises:
            RepositoryError: A path cannot be a file there, git knows no author, or signing failed.
        """
        tree = self.write_tree(parent, files=files, modes=modes)
        return self.commit_tree(tree, parent=parent, message=message)

    def commit_tree(self, tree: str, *, parent: str, message: str) -> str:
        """Write a commit of a tree, signed where ``commit.gpgsign`` says so; its id. No branch moves."""
        return history.write_commit_object(self._git, tree=tree, parent=parent, message=message)

    @property
    def rewriting(self) -> Rewriting:
        """What it takes to put commits of people on top of another."""
        return Rewriting(git=self._git)

    # Other places

    def remotes(self) -> tuple[str, ...]:
        """Name the remotes, in order."""
        return list_remotes(self._git)

    def connect(self, name: str, *, credentials: Credentials | None = None) -> AbstractContextManager[Connection]:
        """Get ready to reach a remote; the token is sent where it is for, and nowhere else.

        Raises:
            RepositoryError: There is no such remote, or its address is none that we go to.
        """
        return connect(self._git, name, place=self._place, credentials=credentials)

    def temporary_worktree(self, commit: str) -> AbstractContextManager[Worktree]:
        """Make a second working tree of a commit, outside of this one, which is gone with the block; see there."""
        return temporary_worktree(self._git, commit, common_dir=self.common_dir)

    # The person

    def require_identity(self) -> None:
        """Make sure that git knows who makes a commit, and that no program of the repository would sign it.

        Raises:
            RepositoryError: It does not, or one would; the hint has the commands that help.
        """
        history.require_identity(self._git)
        history.is_signing(self._git)

    def commit_hooks(self) -> tuple[str, ...]:
        """Name the hooks that a commit made by hand would run; ours runs none."""
        return hooks.find_commit_hooks(self._git, common_dir=self.common_dir)

    def editor(self) -> str:
        """Give the command that git would open an editor with; a line for the shell.

        Raises:
            RepositoryError: None is set, and the terminal is too dumb for git's own choice; or the repository set it.
        """
        programs.refuse_editor(self._git)
        answer = self._git.ask("var", "GIT_EDITOR")
        if answer.status:
            raise RepositoryError("Git knows no editor.", hint="Set one: git config --global core.editor nano")
        return answer.text


def _refuse_impossible(files: Iterable[str], *, held: Mapping[str, str]) -> None:
    for path in files:
        parts = path.split("/")
        above = ["/".join(parts[:count]) for count in range(1, len(parts))]
        blocking = [folder for folder in above if folder in held]
        if blocking:
            raise RepositoryError(f"{path} cannot be written: {blocking[0]} is a file there, not a folder.")
        if path not in held and any(other.startswith(f"{path}/") for other in held):
            raise RepositoryError(f"{path} cannot be written: it is a folder there.")
        if held.get(path, objects.REGULAR_MODE)[:3] != "100":
            raise RepositoryError(f"{path} cannot be written: it is a symbolic link or a submodule there.")
