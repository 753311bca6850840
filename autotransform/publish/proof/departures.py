"""Where one tree departs from another: the paths, and the lines."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

from autotransform.publish.proof.claims import UnprovableError
from autotransform.review import FileChange, Hunk, find_hunks
from autotransform.review.text import encode_path

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from autotransform.repository import Entry, Repository

#: ``extra``: the script does nothing there. ``missing``: what the script does there is not there. ``different``: it
#: does something else there.
DepartureKind: TypeAlias = Literal["extra", "missing", "different"]

#: Of so many paths the lines are told, and of no longer text, in bytes.
_MOST_READ, _LARGEST_READ = 50, 200_000

_KINDS = {"120000": "a link", "160000": "a submodule"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Departure:
    """One path that is not as the script makes it."""

    path: str
    kind: DepartureKind
    #: In words, for a person: ``added``, ``mode 100755 instead of 100644``, …
    what: str
    #: From what the script makes to what is there; ``None``: too much, no text of both, or nothing but a mode.
    change: FileChange | None = None

    @property
    def hunks(self) -> tuple[Hunk, ...]:
        """The lines that are not the script's."""
        return find_hunks(self.change) if self.change else ()


def list_entries(repository: Repository, tree: str) -> dict[str, Entry]:
    """Give every path of a tree.

    Raises:
        UnprovableError: It holds one twice, so that it says two things.
    """
    entries = repository.tree(tree)
    found = {entry.path: entry for entry in entries}
    if len(found) != len(entries):
        raise UnprovableError(f"The tree {tree[:12]} holds a path twice; no tree that git makes does.")
    return found


def find_departures(
    repository: Repository, *, floor: str, expected: str, found: str, selected: Collection[str] | None = None
) -> tuple[Departure, ...]:
    """Compare the tree that the script makes with the one that is there; in path order.

    Args:
        repository: Holds all three.
        floor: On what the script ran.
        expected: The tree that it makes of it.
        found: The tree that is there.
        selected: The files that the script ran on.
    """
    if expected == found:
        return ()
    before, wanted, there = (list_entries(repository, tree) for tree in (floor, expected, found))
    paths = [path for path in sorted({*wanted, *there}, key=encode_path) if wanted.get(path) != there.get(path)]
    departures = []
    for path in paths:
        kind = _kind(path, before=before, wanted=wanted, there=there)
        what = _describe(wanted.get(path), there.get(path), is_new=path not in before)
        if kind == "extra" and selected is not None and path not in selected:
            what += "; the script did not run on it"
        departures.append(Departure(path=path, kind=kind, what=what))
    return _with_lines(repository, departures, wanted=wanted, there=there)


def _kind(
    path: str, *, before: Mapping[str, Entry], wanted: Mapping[str, Entry], there: Mapping[str, Entry]
) -> DepartureKind:
    if wanted.get(path) == before.get(path):
        return "extra"
    return "missing" if there.get(path) == before.get(path) else "different"


def _describe(wanted: Entry | None, there: Entry | None, *, is_new: bool) -> str:
    if wanted is None:
        return f"added{_as(there)}"
    if there is None:
        return "not there" if is_new else "deleted"
    if wanted.mode != there.mode:
        became = _KINDS.get(there.mode)
        content = " and other content" if wanted.oid != there.oid else ""
        return f"became {became}" if became else f"mode {there.mode} instead of {wanted.mode}{content}"
    return "other content"


def _as(entry: Entry | None) -> str:
    kind = _KINDS.get(entry.mode) if entry else None
    return f" as {kind}" if kind else ""


def _with_lines(
    repository: Repository,
    departures: Sequence[Departure],
    *,
    wanted: Mapping[str, Entry],
    there: Mapping[str, Entry],
) -> tuple[Departure, ...]:
    """Add the lines to the first of them."""
    told = departures[:_MOST_READ]
    pairs = [(wanted.get(each.path), there.get(each.path)) for each in told]
    oids = {entry.oid for pair in pairs for entry in pair if entry and entry.mode.startswith("100")}
    ordered = sorted(oids)
    # One at a time, and of long ones nothing is kept.
    contents = {
        oid: content
        for oid, content in zip(ordered, repository.read_many(ordered), strict=True)
        if isinstance(content, bytes) and len(content) <= _LARGEST_READ and b"\0" not in content
    }
    changed = []
    for departure, (old, new) in zip(told, pairs, strict=True):
        before, after = (_text(entry, contents=contents) for entry in (old, new))
        is_told = before is not None and after is not None and before != after
        change = FileChange(path=departure.path, before=before or b"", after=after or b"") if is_told else None
        changed.append(Departure(path=departure.path, kind=departure.kind, what=departure.what, change=change))
    return (*changed, *departures[_MOST_READ:])


def _text(entry: Entry | None, *, contents: Mapping[str, bytes]) -> bytes | None:
    """Give the content of a side; ``None`` where it is no text that can be shown."""
    return b"" if entry is None else contents.get(entry.oid)
