"""Find the repository that a folder belongs to."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from autotransform.errors import RepositoryError
from autotransform.repository.process import Answer, Git

OLDEST_GIT = (2, 39)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the parts of a repository are."""

    #: The working tree; ``None`` when the repository is bare.
    root: Path | None
    git_dir: Path
    #: What linked worktrees share; the same as ``git_dir`` in the main one.
    common_dir: Path
    #: ``sha1`` or ``sha256``.
    object_format: str


def find_place(start: Path) -> Place:
    """Find the repository that a folder belongs to.

    Raises:
        RepositoryError: There is none, git refuses it, or the folder is part of ``.git``.
    """
    git = Git(directory=start)
    wanted = ("--is-bare-repository", "--is-inside-work-tree", "--show-object-format", "--path-format=absolute")
    answer = git.ask("rev-parse", *wanted, "--git-dir", "--git-common-dir")
    if answer.status:
        raise _explain(start, answer)
    bare, inside, object_format, git_dir, common_dir = answer.text.split("\n", 4)
    root = None
    if inside == "true":
        root = Path(os.fsdecode(git.run("rev-parse", "--show-toplevel").removesuffix(b"\n")))
    elif bare != "true":
        raise RepositoryError(
            f"{start} is part of git's own folder, not of the files that git keeps.",
            hint="Run the command in the working tree, or name it with `-C DIR`.",
        )
    return Place(root=root, git_dir=Path(git_dir), common_dir=Path(common_dir), object_format=object_format)


def git_version(directory: Path) -> tuple[int, ...]:
    """Give the version of the installed git: ``(2, 39, 5)``.

    Raises:
        RepositoryError: There is none.
    """
    found = re.search(r"\d+(?:\.\d+)+", Git(directory=directory).run("version").decode())
    return tuple(int(part) for part in found[0].split(".")) if found else ()


def _explain(start: Path, answer: Answer) -> RepositoryError:
    if "not a git repository" in answer.error:
        return RepositoryError(
            f"{start} is not in a git repository.",
            hint="Name one with `-C DIR`, make one with `git init`, or use --in-place to work without git.",
        )
    if "dubious ownership" in answer.error:
        folder = re.search(r"repository at '(.*)'", answer.error)
        return RepositoryError(
            f"Git refuses this repository because somebody else owns it: {folder[1] if folder else start}.",
            hint=f"If you trust it: git config --global --add safe.directory '{folder[1] if folder else start}'",
        )
    if "safe.bareRepository" in answer.error:
        return RepositoryError(
            "Git is told to use no bare repository that is not named to it (safe.bareRepository is 'explicit').",
            hint="If you trust it: git config --global safe.bareRepository all",
        )
    version = git_version(start)
    if version < OLDEST_GIT:
        return RepositoryError(
            f"This git is too old: {'.'.join(map(str, version))}.",
            hint=f"Install git {'.'.join(map(str, OLDEST_GIT))} or newer.",
        )
    lines = answer.error.splitlines() or ["it gave no reason"]
    return RepositoryError(f"Git cannot read the repository at {start}: {lines[0]}", details=tuple(lines[1:]))
