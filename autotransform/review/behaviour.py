"""What a new version of a script does otherwise than the old one, over the same files."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING

from autotransform.engine import Changed, Failed, Run, Unchanged
from autotransform.review.diff import DiffLine, diff_lines
from autotransform.review.hunks import FileChange, split_lines
from autotransform.review.matching import find_differences
from autotransform.review.text import encode_path, safe_text, show_path

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from autotransform.engine import Outcome

_INDENT = " " * 7
#: Files whose difference is drawn in each section, and lines of it, where there is a bound at all.
_DRAWN, _DRAWN_LINES = 5, 14


@dataclass(frozen=True, slots=True, kw_only=True)
class FileDifference:
    """One file of which the two versions make something else."""

    path: str
    #: What the old version makes of it; ``None``: nothing, it stays as it is.
    old: bytes | None
    #: What the new version makes of it.
    new: bytes | None
    #: Lines of the text before, 1-based and sorted: places that only the new version changes.
    added: tuple[int, ...] = ()
    #: Places that only the old version changed.
    dropped: tuple[int, ...] = ()
    #: Places that both change, and not alike.
    altered: tuple[int, ...] = ()

    @property
    def lines(self) -> tuple[int, ...]:
        """Every line at which something is otherwise."""
        return tuple(sorted({*self.added, *self.dropped, *self.altered}))


@dataclass(frozen=True, slots=True, kw_only=True)
class Behaviour:
    """How two versions of a script differ in what they do. Everything is in path order."""

    #: Files that only the new version changes.
    newly: tuple[FileDifference, ...] = ()
    #: Files that only the old version changed.
    no_longer: tuple[FileDifference, ...] = ()
    #: Files that both change, into something else.
    differently: tuple[FileDifference, ...] = ()
    #: Files on which only the new version fails.
    failing: tuple[Failed, ...] = ()
    #: Files on which only the old version failed.
    mended: tuple[str, ...] = ()
    #: How many files both change alike.
    alike: int = 0

    @property
    def is_same(self) -> bool:
        """Whether both versions do the same."""
        return not (self.newly or self.no_longer or self.differently or self.failing or self.mended)


def compare(before: Run, after: Run, *, contents: Mapping[str, bytes] | None = None) -> Behaviour:
    """Compare the run of an old version of a script with the run of a new one.

    Args:
        before: Of the old version.
        after: Of the new version, over the same files.
        contents: Of files, by path, before either; with them it is known which lines both change, and not alike.
            Without, those are all that both touch, where nothing else tells the results apart.
    """
    olds, news = ({outcome.path: outcome for outcome in run.outcomes} for run in (before, after))
    differences = [
        _difference(path, olds.get(path), news.get(path), content=(contents or {}).get(path))
        for path in _in_order({**olds, **news})
        if _after(olds.get(path)) != _after(news.get(path))
    ]
    failed, fails = ({each.path for each in run.failed} for run in (before, after))
    old_changes, new_changes = ({each.path: each.after for each in run.changed} for run in (before, after))
    return Behaviour(
        newly=tuple(each for each in differences if each.old is None),
        no_longer=tuple(each for each in differences if each.new is None),
        differently=tuple(each for each in differences if each.old is not None and each.new is not None),
        failing=tuple(each for each in after.failed if each.path not in failed),
        mended=tuple(_in_order(failed - fails)),
        alike=sum(new_changes.get(path) == content for path, content in old_changes.items()),
    )


def describe(
    behaviour: Behaviour, *, contents: Mapping[str, bytes] | None = None, limit: int | None = 10
) -> tuple[str, ...]:
    """Say it in lines, as `draw` does."""
    return tuple(line.text for line in draw(behaviour, contents=contents, limit=limit))


def draw(
    behaviour: Behaviour, *, contents: Mapping[str, bytes] | None = None, limit: int | None = 10
) -> tuple[DiffLine, ...]:
    """Say it in lines, safe for a terminal: counts, then places, with a short diff of what became otherwise.

    Args:
        behaviour: What to say.
        contents: Of files, by path, before either version; with them what is new, and what is gone, is drawn, too.
        limit: How many files each section names; ``None``: all, and every diff whole.
    """
    if behaviour.is_same:
        same = f"The new version does the same as the old one: {_counted(behaviour.alike, 'file')} changed alike."
        return (_plain(same),)
    known = contents or {}
    lines = [_plain(_counts(behaviour))]
    lines += _section("Newly changed", behaviour.newly, contents=known, limit=limit)
    lines += _section("No longer changed", behaviour.no_longer, contents=known, limit=limit)
    lines += _section("Changed differently", behaviour.differently, contents=known, limit=limit)
    if behaviour.failing:
        lines += _title(f"Newly failing: {len(behaviour.failing)}")
        lines += _bounded([line for each in behaviour.failing for line in _failure(each)], limit=limit, what="line")
    if behaviour.mended:
        lines += _title(f"No longer failing: {len(behaviour.mended)}")
        lines += _bounded([f"  {show_path(path)}" for path in behaviour.mended], limit=limit, what="file")
    return tuple(lines)


def _after(outcome: Outcome | None) -> bytes | None:
    return outcome.after if isinstance(outcome, Changed) else None


def _in_order(paths: Iterable[str]) -> list[str]:
    return sorted(paths, key=encode_path)


def _difference(path: str, old: Outcome | None, new: Outcome | None, *, content: bytes | None) -> FileDifference:
    was, now = _touched(old), _touched(new)
    before, after = _after(old), _after(new)
    added, dropped, altered = now - was, was - now, frozenset[int]()
    if before is not None and after is not None:
        if content is not None:
            altered = was & now & _unlike(content, before, after)
        elif not added and not dropped:
            altered = was & now
    return FileDifference(
        path=path,
        old=before,
        new=after,
        added=tuple(sorted(added)),
        dropped=tuple(sorted(dropped)),
        altered=tuple(sorted(altered)),
    )


def _touched(outcome: Outcome | None) -> frozenset[int]:
    """Give the lines at which something was changed."""
    if not isinstance(outcome, Changed | Unchanged):
        return frozenset()
    return frozenset(site.line for site in outcome.sites if site.status == "changed")


def _unlike(content: bytes, old: bytes, new: bytes) -> frozenset[int]:
    """Find the lines of a text, 1-based, of which two versions make something else."""
    lines = split_lines(content)
    made = [_made_of(lines, split_lines(each)) for each in (old, new)]
    return frozenset(number for number in {*made[0], *made[1]} if made[0].get(number) != made[1].get(number))


def _made_of(before: Sequence[bytes], after: Sequence[bytes]) -> dict[int, tuple[bytes, ...]]:
    """Give for each line that is replaced, 1-based, all lines that replace it and its neighbours."""
    made: dict[int, tuple[bytes, ...]] = {}
    for region in find_differences(before, after):
        lines = tuple(after[region.after_start : region.after_end])
        made |= dict.fromkeys(range(region.before_start + 1, region.before_end + 1), lines)
    return made


def _counts(behaviour: Behaviour) -> str:
    parts = [
        (len(behaviour.newly), "newly changed"),
        (len(behaviour.no_longer), "no longer changed"),
        (len(behaviour.differently), "changed differently"),
        (len(behaviour.failing), "newly failing"),
        (len(behaviour.mended), "no longer failing"),
        (behaviour.alike, "changed as before"),
    ]
    (first, said), *rest = [(number, said) for number, said in parts if number]
    return ", ".join([f"{_counted(first, 'file')} {said}", *(f"{number} {words}" for number, words in rest)])


def _plain(text: str) -> DiffLine:
    return DiffLine(kind="text", text=text)


def _title(text: str) -> list[DiffLine]:
    return [_plain(""), DiffLine(kind="title", text=text)]


def _section(
    title: str, files: Sequence[FileDifference], *, contents: Mapping[str, bytes], limit: int | None
) -> list[DiffLine]:
    if not files:
        return []
    lines = _title(f"{title}: {_counted(len(files), 'file')}")
    for number, file in enumerate(files[:limit]):
        lines.append(_plain(f"  {_place(file)}"))
        if limit is None or number < _DRAWN:
            lines += _drawn(file, content=contents.get(file.path), limit=limit)
    if more := len(files) - len(files[:limit]):
        lines.append(DiffLine(kind="hint", text=f"  … and {more} more"))
    return lines


def _place(file: FileDifference) -> str:
    path = show_path(file.path)
    if len(file.lines) == 1:
        return f"{path}:{file.lines[0]}"
    shown = ", ".join(map(str, file.lines[:_DRAWN])) + (", …" if len(file.lines) > _DRAWN else "")
    return f"{path}, lines {shown}" if shown else path


def _drawn(file: FileDifference, *, content: bytes | None, limit: int | None) -> Iterator[DiffLine]:
    """Draw what the new version makes over against what the old one made."""
    old, new = (content if each is None else each for each in (file.old, file.new))
    if old is None or new is None:
        return
    change = FileChange(path=file.path, before=old, after=new)
    lines = (line for line in diff_lines(change, context=1, is_marked=True) if line.kind != "header")
    for line in islice(lines, None if limit is None else _DRAWN_LINES):
        marks = tuple((start + len(_INDENT), end + len(_INDENT)) for start, end in line.marks)
        yield DiffLine(kind=line.kind, text=f"{_INDENT}{line.text}".rstrip(), marks=marks)
    if next(lines, None) is not None:
        yield DiffLine(kind="hint", text=f"{_INDENT}…")


def _failure(outcome: Failed) -> list[str]:
    first = outcome.detail.strip().partition("\n")[0]
    return [f"  {show_path(outcome.path)} ({outcome.reason})", *([f"{_INDENT}{safe_text(first)}"] if first else [])]


def _bounded(lines: list[str], *, limit: int | None, what: str) -> list[DiffLine]:
    shown = [_plain(line) for line in lines[: None if limit is None else 2 * limit]]
    more = len(lines) - len(shown)
    return [*shown, *([DiffLine(kind="hint", text=f"  … and {_counted(more, what)} more")] if more else [])]


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
