"""What a run did, counted and grouped: values, and the lines of text that say it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from autotransform.engine import Changed, Failed, Run, Site, Unchanged
from autotransform.review.text import safe_text, show_path

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


_INDENT = " " * 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Counts:
    """How many files there were, and places in them.

    ``selected`` is ``gated + parsed``; ``parsed`` is the sum of the four that follow it.
    """

    selected: int
    #: Files without any of the script's ``MENTIONS``, never parsed.
    gated: int
    parsed: int
    changed: int
    unchanged: int
    skipped: int
    failed: int
    sites_changed: int
    sites_skipped: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Places or files of which the same is said."""

    #: The reason or the warning, as the script or the engine gave it: not yet safe to show.
    reason: str
    #: In path order, safe to show: ``path:line:column`` for a place, the path for a file.
    places: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Summary:
    """What one run did.

    The largest groups stand first, equals in order of their reason.
    """

    counts: Counts
    #: Places that the script declined, by reason.
    undecided: tuple[Group, ...]
    #: Files that could not be taken on, by reason.
    skipped: tuple[Group, ...]
    #: Files on which the script failed, in path order.
    failed: tuple[Failed, ...]
    warnings: tuple[Group, ...]


def summary(run: Run) -> Summary:
    """Count and group what a run did."""
    read = [outcome for outcome in run.outcomes if isinstance(outcome, Changed | Unchanged)]
    return Summary(
        counts=count(run),
        undecided=_grouped(
            (site.reason, show_place(outcome.path, site))
            for outcome in read
            for site in outcome.sites
            if site.status == "skipped"
        ),
        skipped=_grouped((outcome.reason, show_path(outcome.path)) for outcome in run.skipped),
        failed=run.failed,
        warnings=_grouped((text, show_path(outcome.path)) for outcome in read for text in outcome.warnings),
    )


def count(run: Run) -> Counts:
    """Count the files of a run and the places in them."""
    sites = [
        site.status for outcome in run.outcomes if isinstance(outcome, Changed | Unchanged) for site in outcome.sites
    ]
    changed, skipped, failed = len(run.changed), len(run.skipped), len(run.failed)
    return Counts(
        selected=run.selected,
        gated=run.gated,
        parsed=len(run.outcomes),
        changed=changed,
        unchanged=len(run.outcomes) - changed - skipped - failed,
        skipped=skipped,
        failed=failed,
        sites_changed=sites.count("changed"),
        sites_skipped=sites.count("skipped"),
    )


def show_place(path: str, site: Site) -> str:
    """Write a place as editors and terminals open it: ``path:line:column``."""
    return f"{show_path(path)}:{site.line}:{site.column}"


def summary_lines(summary: Summary, *, limit: int | None = 10) -> tuple[str, ...]:
    """Say it in lines, safe for a terminal: counts, then what to look at.

    Each group names at most ``limit`` places and how many more there are; ``None``: all of them.
    """
    return (
        *count_lines(summary.counts),
        *_failures(summary.failed),
        *_section("Skipped files", summary.skipped, limit=limit),
        *_section("Undecided places", summary.undecided, limit=limit),
        *_section("Warnings", summary.warnings, limit=limit),
    )


def count_lines(counts: Counts) -> tuple[str, ...]:
    """Say the counts: one line for the files, one for the places where there are any."""
    rest = [f"{counts.changed} changed", f"{counts.unchanged} unchanged"]
    rest += [f"{number} {word}" for number, word in ((counts.skipped, "skipped"), (counts.failed, "failed")) if number]
    files = f"{_files(counts.selected)} selected, {counts.gated} gated, {counts.parsed} parsed: {', '.join(rest)}"
    if not counts.sites_changed and not counts.sites_skipped:
        return (files,)
    places = "place" if counts.sites_changed == 1 else "places"
    return files, f"{counts.sites_changed} {places} changed, {counts.sites_skipped} undecided"


def _grouped(said: Iterable[tuple[str, str]]) -> tuple[Group, ...]:
    groups: dict[str, list[str]] = defaultdict(list)
    for reason, place in said:
        groups[reason].append(place)
    ordered = sorted(groups.items(), key=lambda item: (-len(item[1]), item[0]))
    return tuple(Group(reason=reason, places=tuple(places)) for reason, places in ordered)


def _failures(failed: Sequence[Failed]) -> list[str]:
    if not failed:
        return []
    lines = ["", f"Failed, and left as they were: {len(failed)}"]
    for outcome in failed:
        lines.append(f"  {show_path(outcome.path)} ({outcome.reason})")
        lines += [f"{_INDENT}{safe_text(line)}" for line in outcome.detail.strip().split("\n") if line.strip()]
    return lines


def _section(title: str, groups: Sequence[Group], *, limit: int | None) -> list[str]:
    if not groups:
        return []
    lines = ["", f"{title}: {sum(len(group.places) for group in groups)}"]
    for group in groups:
        shown = group.places[:limit]
        lines.append(f"  {len(group.places):3}  {safe_text(group.reason) or 'no reason given'}")
        lines += [f"{_INDENT}{place}" for place in shown]
        if more := len(group.places) - len(shown):
            lines.append(f"{_INDENT}… and {more} more")
    return lines


def _files(count: int) -> str:
    return f"{count} file{'' if count == 1 else 's'}"
