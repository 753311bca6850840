"""What a person refused of a change, and the change without it.

A decision holds for the next run: it names a kind of change by its signature, a file by its path, and a single change
by a key that depends on what it does to which file, and on nothing else.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from autotransform.review.hunks import split_lines
from autotransform.review.shapes.finding import read_lines, read_passages
from autotransform.review.text import encode_path

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from autotransform.review.hunks import FileChange
    from autotransform.review.shapes.finding import Cache, Change
    from autotransform.review.shapes.passages import Passage

_DIGITS = 12
_ID = re.compile(r"[0-9a-f]{12}")
#: How many decisions of each kind are read, more than anybody gives, and characters of a path.
_MOST, _LONGEST_PATH = 500_000, 4_096


@dataclass(frozen=True, slots=True, kw_only=True)
class Decisions:
    """What was refused; all else is accepted."""

    #: Signatures of shapes.
    shapes: frozenset[str] = frozenset()
    #: Paths.
    files: frozenset[str] = frozenset()
    #: Keys of single changes, as `change_keys` gives them.
    changes: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        return bool(self.shapes or self.files or self.changes)

    def __or__(self, other: Decisions) -> Decisions:
        return Decisions(
            shapes=self.shapes | other.shapes, files=self.files | other.files, changes=self.changes | other.changes
        )

    def __sub__(self, other: Decisions) -> Decisions:
        return Decisions(
            shapes=self.shapes - other.shapes, files=self.files - other.files, changes=self.changes - other.changes
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Unit:
    """Lines that were replaced, which stay or go as one: the least that can be refused."""

    #: Where it begins in the text before, in lines from 0.
    start: int
    removed: tuple[bytes, ...]
    added: tuple[bytes, ...]
    #: What happens on these lines, and the key of each.
    changes: tuple[Change, ...]
    keys: tuple[str, ...]


def count_refusals(decisions: Decisions) -> str:
    """Say how many kinds of changes, files and single changes are refused."""
    numbers = (
        (len(decisions.shapes), "shape", "shapes"),
        (len(decisions.files), "file", "files"),
        (len(decisions.changes), "single change", "single changes"),
    )
    return ", ".join(f"{count} {one if count == 1 else many}" for count, one, many in numbers if count) or "nothing"


def write_decisions(decisions: Decisions) -> dict[str, list[str]]:
    """Give decisions as what JSON can hold, in order."""
    return {
        "shapes": sorted(decisions.shapes),
        "files": sorted(decisions.files, key=encode_path),
        "changes": sorted(decisions.changes),
    }


def read_decisions(value: object) -> Decisions:
    """Read what `write_decisions` gives; the empty list stands for none.

    Raises:
        ValueError: It is something else.
    """
    if value == []:
        return Decisions()
    if not isinstance(value, dict) or not set(value) <= {"shapes", "files", "changes"}:
        raise ValueError("no decisions")
    shapes, changes = (_read_list(value.get(key, []), longest=_DIGITS) for key in ("shapes", "changes"))
    if not all(map(_ID.fullmatch, shapes | changes)):
        raise ValueError("no signature")
    return Decisions(shapes=shapes, files=_read_list(value.get("files", []), longest=_LONGEST_PATH), changes=changes)


def _read_list(value: object, *, longest: int) -> frozenset[str]:
    if not isinstance(value, list) or len(value) > _MOST:
        raise ValueError("no list")
    if not all(isinstance(each, str) and 0 < len(each) <= longest and "\0" not in each for each in value):
        raise ValueError("no text")
    for each in value:
        encode_path(each)
    return frozenset(value)


def change_keys(found: Iterable[Change]) -> tuple[str, ...]:
    """Name each change by twelve hexadecimal digits.

    Args:
        found: All changes of the files that they are in, in the order of `find_changes`: among equals in a file, the
            order tells them apart.
    """
    seen: Counter[bytes] = Counter()
    keys = []
    for change in found:
        sides = (b"".join(line.content for line in change.hunk.lines if line.kind == kind) for kind in _SIDES)
        parts = (encode_path(change.path), change.signature.encode(), *sides)
        # Each with its length: no two lists of parts are the same bytes.
        whole = b"".join(b"%d:%b" % (len(part), part) for part in parts)
        keys.append(hashlib.sha256(b"%b%d" % (whole, seen[whole])).hexdigest()[:_DIGITS])
        seen[whole] += 1
    return tuple(keys)


_SIDES = ("removed", "added")


def refuse(changes: Iterable[FileChange], decisions: Decisions) -> tuple[FileChange, ...]:
    """Give the changes, each with what is refused as it was before; some then change nothing.

    Lines are refused as a whole: with one change goes every other on the same lines.
    """
    known: Cache = {}
    return tuple(_refused(change, decisions, known=known) if decisions else change for change in changes)


def find_refused(changes: Iterable[FileChange], decisions: Decisions) -> frozenset[str]:
    """Give the keys of all changes that `refuse` leaves out: also of those on the same lines as a refused one."""
    known: Cache = {}
    return frozenset(
        key
        for change in changes
        for unit in find_units(change, known=known)
        if is_refused(unit, decisions)
        for key in unit.keys
    )


def choose_effective(changes: Iterable[FileChange], decisions: Decisions) -> Decisions:
    """Give those of the decisions that say something about some changes."""
    shapes: set[str] = set()
    files: set[str] = set()
    keys: set[str] = set()
    known: Cache = {}
    for change in changes:
        for unit in find_units(change, known=known):
            files.add(change.path)
            shapes.update(each.signature for each in unit.changes)
            keys.update(unit.keys)
    return Decisions(shapes=decisions.shapes & shapes, files=decisions.files & files, changes=decisions.changes & keys)


def find_units(change: FileChange, *, known: Cache | None = None) -> tuple[Unit, ...]:
    """Give what of a file can be refused by itself, in order.

    Lines that follow each other and were replaced one by one are units of their own.

    Args:
        change: The file.
        known: What was read of other files; it grows.
    """
    known = {} if known is None else known
    passages = list(read_passages(change, known=known))
    keys = iter(change_keys(each for _, found in passages for each in found))
    units: list[Unit] = []
    for passage, found in passages:
        named = [(each, next(keys)) for each in found]
        units += _units(passage, named, signatures=read_lines(passage, change, known=known))
    return tuple(units)


def is_refused(unit: Unit, decisions: Decisions) -> bool:
    """Tell whether some of a unit is refused, and with it the whole."""
    return any(
        each.path in decisions.files or each.signature in decisions.shapes or key in decisions.changes
        for each, key in zip(unit.changes, unit.keys, strict=True)
    )


def compose(before: bytes, units: Sequence[tuple[Unit, tuple[bytes, ...]]]) -> bytes:
    """Write a text with other lines where its units stand.

    Args:
        before: The text before.
        units: In order, each with the lines that are to stand there.
    """
    lines, at = split_lines(before), 0
    written: list[bytes] = []
    for unit, content in units:
        written += [*lines[at : unit.start], *content]
        at = unit.start + len(unit.removed)
    return b"".join([*written, *lines[at:]])


def _refused(change: FileChange, decisions: Decisions, *, known: Cache) -> FileChange:
    if change.path in decisions.files:
        return replace(change, after=change.before)
    units = find_units(change, known=known)
    if not any(is_refused(unit, decisions) for unit in units):
        return change
    chosen = [(unit, unit.removed if is_refused(unit, decisions) else unit.added) for unit in units]
    return replace(change, after=compose(change.before, chosen))


def _units(
    passage: Passage, named: Sequence[tuple[Change, str]], *, signatures: tuple[tuple[str, ...], ...]
) -> Iterator[Unit]:
    """Take a passage apart where its lines, each read by itself, say the same as all of them together."""
    read = [signature for line in signatures for signature in line]
    if len(signatures) <= 1 or Counter(read) != Counter(each.signature for each, _ in named):
        yield _unit(passage, named, lines=slice(None))
        return
    waiting: dict[str, list[tuple[Change, str]]] = {}
    for each, key in reversed(named):
        waiting.setdefault(each.signature, []).append((each, key))
    for index, line in enumerate(signatures):
        yield _unit(passage, [waiting[signature].pop() for signature in line], lines=slice(index, index + 1))


def _unit(passage: Passage, named: Sequence[tuple[Change, str]], *, lines: slice) -> Unit:
    return Unit(
        start=passage.start + (lines.start or 0),
        removed=passage.removed[lines],
        added=passage.added[lines],
        changes=tuple(each for each, _ in named),
        keys=tuple(key for _, key in named),
    )
