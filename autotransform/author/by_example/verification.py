"""Whether a script makes a change again that a person made, and what else it would do."""

from __future__ import annotations

import difflib
import itertools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from autotransform.engine import Changed, Failed, Skipped

if TYPE_CHECKING:
    from collections.abc import Iterable

    from autotransform.author.by_example.values import Change, ChangedFile
    from autotransform.engine import Outcome

#: Lines of a diff that a person reads, and lines of a region that are compared at all.
_MOST_DIFF_LINES, _LONGEST_REGION = 24, 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Departure:
    """A file of the change of which a script makes something else."""

    path: str
    #: It stays as it was; the script fails on it or cannot take it on; it becomes something else.
    kind: Literal["missing", "failed", "different"]
    #: What the person made of it.
    wanted: bytes
    #: What the script leaves there.
    actual: bytes
    #: For a person; empty where the diff says it.
    why: str = ""

    @property
    def diff(self) -> tuple[str, ...]:
        """What would have to change in what the script made, in few lines; not yet safe for a terminal."""
        return tuple(_short_diff(self.actual, self.wanted))


@dataclass(frozen=True, slots=True, kw_only=True)
class Verification:
    """How far a script makes a change again."""

    #: In path order.
    departures: tuple[Departure, ...]
    #: What else the script would change: files that the person left as they were.
    further: tuple[Changed, ...]

    @property
    def is_exact(self) -> bool:
        """Whether every file of the change becomes what the person made of it, byte for byte."""
        return not self.departures


def verify(change: Change, outcomes: Iterable[Outcome]) -> Verification:
    """Compare what a script did with what the person did.

    Args:
        change: What the person did.
        outcomes: Of the script, over the tree that the change was made to, in path order.
    """
    by_path = {outcome.path: outcome for outcome in outcomes}
    departures = [_departure(file, by_path.get(file.path)) for file in change.files]
    paths = {file.path for file in change.files}
    return Verification(
        departures=tuple(departure for departure in departures if departure),
        further=tuple(each for each in by_path.values() if isinstance(each, Changed) and each.path not in paths),
    )


def _departure(file: ChangedFile, outcome: Outcome | None) -> Departure | None:
    if isinstance(outcome, Changed):
        if outcome.after == file.after:
            return None
        return Departure(path=file.path, kind="different", wanted=file.after, actual=outcome.after)
    if isinstance(outcome, Failed):
        why = f"{outcome.reason}: {outcome.detail.strip()}".rstrip(": ")
        return Departure(path=file.path, kind="failed", wanted=file.after, actual=file.before, why=why)
    if isinstance(outcome, Skipped):
        return Departure(path=file.path, kind="failed", wanted=file.after, actual=file.before, why=outcome.reason)
    why = "" if outcome else "the script did not look at it: it was not selected, or holds none of MENTIONS"
    return Departure(path=file.path, kind="missing", wanted=file.after, actual=file.before, why=why)


def _short_diff(old: bytes, new: bytes) -> list[str]:
    """Write what differs, from the first line that does, in no more lines than a person reads."""
    olds, news = (content.decode(errors="replace").split("\n") for content in (old, new))
    start = sum(1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1], zip(olds, news, strict=False)))
    backwards = zip(reversed(olds[start:]), reversed(news[start:]), strict=False)
    end = sum(1 for _ in itertools.takewhile(lambda pair: pair[0] == pair[1], backwards))
    old_region, new_region = (lines[max(0, start - 1) : len(lines) - max(0, end - 1)] for lines in (olds, news))
    is_cut = max(len(old_region), len(new_region)) > _LONGEST_REGION
    diff = difflib.unified_diff(old_region[:_LONGEST_REGION], new_region[:_LONGEST_REGION], n=1, lineterm="")
    lines = [line for line in itertools.islice(diff, 2, None) if not line.startswith("@@")]
    shown = [f"from line {start + 1}:", *lines[:_MOST_DIFF_LINES]]
    return [*shown, "…"] if is_cut or len(lines) > _MOST_DIFF_LINES else shown
