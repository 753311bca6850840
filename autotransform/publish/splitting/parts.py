"""Split what a run changed into parts, each a branch and a pull request of its own.

A file goes to one part, and to the same one on every run: names come from what a part holds, never from its number, and
a file that joins the repository moves as few others as can be.

- ``codeowners``: files with the same owners, all of them.
- ``directory``: by the first folder. Folders with fewer files than ``minimum`` stay with the one above.
- ``package``: by distribution (the nearest folder below the root with a project file), else by the topmost Python
  package, else what is left.
- ``count``: in path order.
- ``shape``: files whose rarest shape is the same: of several, a file goes to the one that is in the fewest files,
  and of these to the first signature. So what is unusual stands by itself, whatever else its files have in common.

Parts with fewer files than ``minimum`` are joined with their neighbours in the order of what they have in common.
Parts with more than ``maximum`` are cut at folders, then in path order. Where both bounds cannot be kept,
``maximum`` is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from autotransform.errors import UsageError
from autotransform.publish.branches.ownership import branch_of
from autotransform.publish.splitting.codeowners import CodeOwners, all_owners
from autotransform.publish.splitting.cutting import Group, cut_at_folders, cut_in_order, merge_groups
from autotransform.publish.splitting.part_names import name_parts
from autotransform.review.text import encode_path, show_path

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from autotransform.engine.values import Run
    from autotransform.review.shapes.finding import Shape

SplitBy: TypeAlias = Literal["codeowners", "directory", "package", "count", "shape"]

_PROJECT_FILES = ("pyproject.toml", "setup.py", "setup.cfg")
_LONGEST_TITLE = 80
_PACKAGE_FILES = ("__init__.py", "__init__.pyi")


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Some of the files that a run changed."""

    #: Safe for a branch: lower-case ASCII, 60 characters at the most. Empty where all files are one part.
    name: str
    #: For people; safe to show in a terminal.
    title: str
    #: In path order; never empty.
    paths: tuple[str, ...]
    #: Everybody who owns one of the files, sorted.
    owners: tuple[str, ...] = ()


def part_branch(script: str, part: Part) -> str:
    """Give the branch of a part: ``autotransform/NAME--PART``, or ``autotransform/NAME`` where it is the only one."""
    return branch_of(f"{script}--{part.name}" if part.name else script)


def split(
    run: Run,
    *,
    by: SplitBy,
    minimum: int = 1,
    maximum: int = 0,
    owners: CodeOwners | None = None,
    tree: Iterable[str] = (),
    shapes: Sequence[Shape] = (),
) -> tuple[Part, ...]:
    """Put every file that a run changed into one part; see above for how.

    Args:
        run: Whose changed files to split.
        by: How.
        minimum: How many files a part should have at the least.
        maximum: How many files a part may have; 0: any number.
        owners: What CODEOWNERS of the base says.
        tree: Every path of the base, for ``package``.
        shapes: Those of the run, for ``shape``.

    Raises:
        UsageError: ``maximum`` is smaller than ``minimum``.

    Returns:
        By name; nothing where nothing changed.
    """
    if maximum and maximum < minimum:
        raise UsageError(
            f"A part cannot have at least {minimum} files and at most {maximum}.",
            hint="Set split-maximum to 0, or to no less than split-minimum.",
        )
    known = owners or CodeOwners()
    paths = sorted((outcome.path for outcome in run.changed), key=encode_path)
    groups = _grouped(paths, key=_key_function(by, owners=known, tree=tree, shapes=shapes))
    return _parts(_bounded(groups, by=by, minimum=minimum, maximum=maximum), by=by, owners=known)


def _bounded(groups: list[Group], *, by: SplitBy, minimum: int, maximum: int) -> list[Group]:
    if by == "count":
        return [piece for group in groups for piece in cut_in_order(group, maximum=maximum)]
    is_whole, is_bare = by != "directory", by in {"directory", "package"}
    return [
        piece
        for group in merge_groups(groups, minimum=minimum, maximum=maximum)
        for piece in cut_at_folders(group, minimum=minimum, maximum=maximum, is_whole=is_whole, is_bare=is_bare)
    ]


def _parts(groups: Sequence[Group], *, by: SplitBy, owners: CodeOwners) -> tuple[Part, ...]:
    names = name_parts(groups, by=by) if len(groups) > 1 else [""] * len(groups)
    parts = [
        Part(name=name, title=_title(group, by=by), paths=group.paths, owners=all_owners(owners, group.paths))
        for name, group in zip(names, groups, strict=True)
    ]
    return tuple(sorted(parts, key=lambda part: part.name))


def _title(group: Group, *, by: SplitBy) -> str:
    nothing = {"codeowners": "no owners", "shape": "other changes", "count": "files"}.get(by, "top level")
    start = show_path(group.title or group.key) or nothing
    more = f" and {group.more} more" if group.more else ""
    span = f", from {show_path(group.first)} on" if group.first else ""
    return f"{start}{more}{span}"


def _grouped(paths: Sequence[str], *, key: Callable[[str], tuple[str, str]]) -> list[Group]:
    found: dict[tuple[str, str], list[str]] = {}
    for path in paths:
        found.setdefault(key(path), []).append(path)
    return [Group(key=name, title=title, paths=tuple(held)) for (name, title), held in sorted(found.items())]


def _key_function(
    by: SplitBy, *, owners: CodeOwners, tree: Iterable[str], shapes: Sequence[Shape]
) -> Callable[[str], tuple[str, str]]:
    """Give what tells for a file by what it is grouped, and the words for it."""
    if by == "codeowners":
        return lambda path: _owners_key(owners.owners_of(path))
    if by == "package":
        folders = _Projects(tree)
        return lambda path: (folders.of(path), "")
    if by == "shape":
        rarest = _rarest_shapes(shapes)
        return lambda path: rarest.get(path, ("", ""))
    return lambda _: ("", "")


def _owners_key(owners: tuple[str, ...]) -> tuple[str, str]:
    # Logins and teams are the same in any case.
    ordered = sorted(owner.lower() for owner in owners)
    return " ".join(ordered), ", ".join(ordered)


def _rarest_shapes(shapes: Sequence[Shape]) -> dict[str, tuple[str, str]]:
    chosen: dict[str, tuple[str, str]] = {}
    for shape in sorted(shapes, key=lambda shape: (len(shape.paths), shape.signature)):
        words = f"{shape.before or 'nothing'} → {shape.after or 'nothing'}".replace("\n", " ")
        for path in shape.paths:
            chosen.setdefault(path, (shape.signature, words[:_LONGEST_TITLE]))
    return chosen


class _Projects:
    """Which distribution or package each file of a tree belongs to, by its folder."""

    def __init__(self, tree: Iterable[str]) -> None:
        split_paths = [path.rpartition("/") for path in tree]
        self._projects = {folder for folder, _, name in split_paths if name in _PROJECT_FILES}
        self._packages = {folder for folder, _, name in split_paths if name in _PACKAGE_FILES}

    def of(self, path: str) -> str:
        """Give the folder; empty where there is none below the root."""
        names = path.split("/")[:-1]
        folders = ["/".join(names[:depth]) for depth in range(1, len(names) + 1)]
        nearest = next((folder for folder in reversed(folders) if folder in self._projects), None)
        topmost = next((folder for folder in folders if folder in self._packages), "")
        return topmost if nearest is None else nearest
