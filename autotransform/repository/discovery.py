"""Find the repository that a folder belongs to."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from pathlib import Path

from autotransform.errors import RepositoryError
from autotransform.repository.process import Answer, Git

OLDEST_GIT = (2, 39)

#: More than any path has.
_LONGEST_LINK = 1 << 16


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
        RepositoryError: There is none, git refuses it, or the folder is part of ``.git``; or what is found is none that
            its owner made there: files that stand elsewhere, a bare repository among the files of another.
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
    if root is None:
        _refuse_embedded(Path(git_dir))
    elif not _leads_to(root / ".git", Path(git_dir)):
        raise RepositoryError(
            f"The configuration in {git_dir} says that its files are those of {root} (core.worktree), which is none of"
            " its own folders.",
            hint="If you trust it, make it a working tree of its own: git worktree add DIR",
        )
    elif _is_of_another(root, Path(git_dir), git=git):
        raise RepositoryError(
            f"{root / '.git'} leads to {git_dir}, which is the folder of another working tree.",
            hint=f"Work there (-C {Path(git_dir).parent}), or make a working tree: git worktree add DIR",
        )
    return Place(root=root, git_dir=Path(git_dir), common_dir=Path(common_dir), object_format=object_format)


def _leads_to(entrance: Path, git_dir: Path) -> bool:
    """Tell whether a ``.git``, a folder or a file that names one, is the way into git's folder.

    Without this, an unpacked archive could say that its files are all those of one's home.
    """
    try:
        target = entrance
        if entrance.is_file():
            named = os.fsdecode(entrance.read_bytes()[:_LONGEST_LINK]).removeprefix("gitdir:").strip()
            target = entrance.parent / named
        return target.samefile(git_dir)
    except (OSError, ValueError):
        return False


def _is_of_another(root: Path, git_dir: Path, *, git: Git) -> bool:
    """Tell whether git's folder stands in a working tree of its own, and knows nothing of this one.

    An unpacked ``.git`` could lead to one's own repository, and what seems to be done to the archive be done there.
    """
    if git_dir.name != ".git" or git_dir.parent.samefile(root):
        return False
    return git.ask("config", "--get", "core.worktree").status != 0


def _refuse_embedded(git_dir: Path) -> None:
    """Refuse a bare repository that came as files of another one: its configuration is whatever somebody committed."""
    outer = Git(directory=git_dir.parent)
    answer = outer.ask("rev-parse", "--show-toplevel")
    if answer.status or not answer.text:
        return
    if outer.ask("ls-files", "--", os.fspath(git_dir / "HEAD")).output:
        raise RepositoryError(
            f"{git_dir} is a bare repository among the files of another one, {answer.text}.",
            hint="Whoever commits there writes its configuration. To work with it: git clone it to another place.",
        )


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
