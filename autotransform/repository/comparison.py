"""What a commit changed: the paths that differ from its parent, and the parents it names."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, TypeAlias

if TYPE_CHECKING:
    from autotransform.repository.process import Git

#: As git has it; of a link that became a file and the like, ``retyped``.
ChangeKind: TypeAlias = Literal["added", "deleted", "modified", "renamed", "retyped"]

_KINDS: dict[str, ChangeKind] = {
    "A": "added",
    "C": "added",
    "D": "deleted",
    "M": "modified",
    "R": "renamed",
    "T": "retyped",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class PathChange:
    """One path that is not what it was."""

    kind: ChangeKind
    #: Where it stands now; of what was deleted, where it stood.
    path: str
    old_mode: str
    new_mode: str
    #: Ids of the contents; of submodules, of their commits.
    old_oid: str
    new_oid: str


def list_changes(git: Git, base: str, commit: str) -> tuple[PathChange, ...]:
    """List what differs between two commits, renamed files found out, in the order of the paths' bytes."""
    options = ("-r", "-z", "--raw", "--no-abbrev", "-M", "--no-ext-diff", "--no-textconv", "--ignore-submodules=none")
    fields = iter(os.fsdecode(git.run("diff-tree", *options, base, commit, "--")).split("\0"))
    found = []
    for head in fields:
        if not head:
            continue
        old_mode, new_mode, old_oid, new_oid, status = head.removeprefix(":").split(" ")
        path = next(fields)
        if status[0] in "RC":
            path = next(fields)
        kind = _KINDS.get(status[0], "modified")
        found.append(
            PathChange(kind=kind, path=path, old_mode=old_mode, new_mode=new_mode, old_oid=old_oid, new_oid=new_oid)
        )
    return tuple(sorted(found, key=lambda change: os.fsencode(change.path)))


def named_parents(git: Git, commit: str) -> tuple[str, ...]:
    """Give the parents that a commit itself names: a shallow clone may not have them, and says there are none."""
    head = git.run("cat-file", "commit", commit).partition(b"\n\n")[0]
    return tuple(
        line.removeprefix(b"parent ").decode("ascii") for line in head.split(b"\n") if line.startswith(b"parent ")
    )
