"""Do a piece of work in every way that there is, in rounds that take turns."""

from __future__ import annotations

import difflib
import os
import shutil
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tests.benchmarks.speed.measuring import CommandFailedError, measure
from tests.benchmarks.speed.sources import (
    clone,
    commit,
    forget,
    list_files,
    list_holding,
    read_changes,
    restore,
    select,
    size_of,
)
from tests.benchmarks.speed.values import Changes, Result, Row

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.benchmarks.speed.measuring import Measured
    from tests.benchmarks.speed.sources import Size
    from tests.benchmarks.speed.values import Contestant, Work


@dataclass(slots=True)
class _Lane:
    """A contestant, its repository, and what it did so far."""

    contestant: Contestant
    folder: Path
    paths: list[str]
    #: The files that are in every part; and what they took alone, if only a part is done.
    certain: list[str]
    base: Measured | None = None
    runs: list[Measured] = field(default_factory=list)
    changes: dict[str, bytes] = field(default_factory=dict)
    failure: str = ""


def hold(work: Work, *, rounds: int, scratch: Path, say: Callable[[str], None]) -> Result:
    """Do one work.

    Args:
        work: What to do.
        rounds: How often, unless a contestant asks for less.
        scratch: A folder for the copies; emptied afterwards.
        say: Is told what is going on.
    """
    lanes = _make_lanes(work, scratch)
    for lane in lanes:
        if lane.contestant.part > 1:
            _measure_base(lane, work, scratch)
    for number in range(rounds):
        for lane in lanes:
            if not lane.failure and number < (lane.contestant.rounds or rounds):
                _run(lane, is_first=number == 0)
                last = f"{lane.runs[-1].cpu:.2f} s" if lane.runs and not lane.failure else lane.failure
                say(f"{work.name}, round {number + 1}, {lane.contestant.name}: {last}")
    result = _conclude(work, lanes)
    shutil.rmtree(scratch)
    return result


def _make_lanes(work: Work, scratch: Path) -> list[_Lane]:
    """Copy the repository once for every size that it is wanted in."""
    paths = list_files(work.folder)
    certain = _choose_certain(work, paths)
    copies: dict[int, tuple[Path, list[str]]] = {1: (clone(work.folder, scratch / "whole"), paths)}
    for part in {contestant.part for contestant in work.contestants} - {1}:
        chosen = [path for number, path in enumerate(paths) if number % part == 0 or path in certain]
        copies[part] = (select(work.folder, chosen, to=scratch / f"part-{part}"), chosen)
    return [_Lane(each, *copies[each.part], certain=sorted(certain)) for each in work.contestants]


def _choose_certain(work: Work, paths: list[str]) -> set[str]:
    """Choose the files that everyone gets, so that there is something to change: the candidates, if they are few."""
    candidates = set(list_holding(work.folder, work.script.words)) if work.script.words else set()
    return candidates if len(candidates) * 10 < len(paths) else set()


def _measure_base(lane: _Lane, work: Work, scratch: Path) -> None:
    """Measure what a tool takes for its start and for the files that all parts have: that is not multiplied."""
    contestant = lane.contestant
    folder = scratch / f"base-{contestant.name.replace(' ', '-')}"
    if lane.certain:
        select(work.folder, lane.certain, to=folder)
    else:
        folder.mkdir()
        (folder / "empty.py").write_bytes(b"")
        commit(folder)
    if contestant.prepare:
        contestant.prepare(folder)
    try:
        lane.base = measure(contestant.command(folder), cwd=folder, env=contestant.env, fine=contestant.fine)
    except CommandFailedError as error:
        lane.failure = str(error)


def _run(lane: _Lane, *, is_first: bool) -> None:
    contestant, folder = lane.contestant, lane.folder
    restore(folder)
    if contestant.branch:
        forget(folder, branch=contestant.branch, is_all=contestant.is_fresh)
    if contestant.prepare:
        contestant.prepare(folder)
    try:
        lane.runs.append(measure(contestant.command(folder), cwd=folder, env=contestant.env, fine=contestant.fine))
    except CommandFailedError as error:
        lane.failure = str(error)
        return
    if not contestant.is_changing:
        return
    known = set(lane.paths)
    found = read_changes(folder, branch=contestant.branch)
    changes = {path: content for path, content in found.items() if path in known}
    if not is_first and changes != lane.changes:
        lane.failure = "two rounds gave different files"
    lane.changes = changes


def _conclude(work: Work, lanes: list[_Lane]) -> Result:
    paths = list_files(work.folder)
    size = size_of(work.folder, paths)
    reference = next((lane for lane in lanes if lane.contestant.name == work.reference and lane.runs), None)
    rows = [_row(lane, work, size=size, reference=reference) for lane in lanes if lane.runs]
    failed = [f"{lane.contestant.name}: failed: {lane.failure}" for lane in lanes if lane.failure]
    return Result(
        name=work.name,
        title=work.title,
        source=work.source,
        size=size,
        candidates=size_of(work.folder, list_holding(work.folder, work.script.words)),
        reference=reference.contestant.name if reference else None,
        rows=tuple(rows),
        absent=(*work.absent, *failed),
        changes=_weigh(work.folder, reference.changes) if reference else None,
    )


def _row(lane: _Lane, work: Work, *, size: Size, reference: _Lane | None) -> Row:
    own, base_size = size_of(work.folder, lane.paths), size_of(work.folder, lane.certain)
    compared = lane.contestant.is_changing and reference is not None
    return Row(
        name=lane.contestant.name,
        note=lane.contestant.note,
        size=own,
        factor=(size.bytes - base_size.bytes) / (own.bytes - base_size.bytes) if lane.base else 1,
        base=lane.base,
        runs=tuple(lane.runs),
        changed=len(lane.changes) if lane.contestant.is_changing else None,
        differing=count_differences(lane.changes, reference.changes, paths=lane.paths, seen=reference.paths)
        if compared and reference
        else None,
    )


def count_differences(
    changes: dict[str, bytes], expected: dict[str, bytes], *, paths: list[str], seen: list[str]
) -> int:
    """Count the files that both had, and that did not come out the same to the byte."""
    both = set(paths) & set(seen)
    return sum(changes.get(path) != expected.get(path) for path in both)


def _weigh(folder: Path, changes: dict[str, bytes]) -> Changes:
    before = {path: (folder / path).read_bytes() for path in changes}
    diff = 0
    for path, after in sorted(changes.items()):
        old, new = (text.decode(errors="replace").splitlines(keepends=True) for text in (before[path], after))
        diff += sum(len(line.encode()) for line in difflib.unified_diff(old, new, path, path))
    return Changes(
        files=len(changes),
        before=sum(map(len, before.values())),
        after=sum(map(len, changes.values())),
        diff=diff,
    )


def say_on_stderr(message: str) -> None:
    """Tell how far it is, where it does not disturb the table."""
    sys.stderr.write(message.strip().split(os.linesep)[0] + "\n")
