"""What a run did, counted and grouped: values, and the lines of text that say it."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from autotransform.engine import Changed, Failed, Run, Site, Unchanged, Word
from autotransform.review.text import safe_text, show_path

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from autotransform.engine.values import Breach, BreachKind, Fate


_INDENT = " " * 7

_BREACHES: dict[BreachKind, str] = {
    "undefined": "a name is no longer defined",
    "redefined": "a name is bound over again",
    "unused": "an import is no longer used",
    "comment": "a comment is lost",
    "docstring": "a docstring is lost",
    "second-pass": "a second pass would change the file again",
}
#: Of words that are left for good reasons, how they are counted: there are many, and few people look at each.
_HARMLESS: dict[Fate, str] = {
    "text": "in strings and comments",
    "elsewhere": "the same name for something else",
    "unread": "",  # why the file was not read says it, up to a colon
}
#: Words to name, and characters for them: the line is to fit into 80 columns.
_MOST_NAMES, _LONGEST_NAMES = 5, 24


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
    #: Of the changed ones, those that hold none of the words that follow: an added import, say.
    sites_wordless: int = 0
    #: Words of the text before that ``TARGETS`` ask about: the sum of the six that follow.
    words: int = 0
    words_changed: int = 0
    words_skipped: int = 0
    #: What is left: nobody decided; it stands for something else; strings and comments; files that were not read.
    words_unmatched: int = 0
    words_elsewhere: int = 0
    words_text: int = 0
    words_unread: int = 0
    #: Guarantees that changed files do not keep.
    breaches: int = 0

    @property
    def words_left(self) -> int:
        """How many words were neither changed nor skipped."""
        return self.words - self.words_changed - self.words_skipped


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """Places or files of which the same is said."""

    #: The reason or the warning, as the script or the engine gave it: not yet safe to show.
    reason: str
    #: In path order, safe to show: ``path:line:column`` for a place, the path for a file.
    places: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Leftovers:
    """Words that were neither changed nor skipped, of one fate."""

    fate: Fate
    #: By why they are left.
    groups: tuple[Group, ...]


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
    #: By what is not kept; a place says what was lost or broken there.
    breaches: tuple[Group, ...] = ()
    #: The words that ``TARGETS`` ask about, sorted.
    words: tuple[str, ...] = ()
    #: Those that nobody decided about first; fates without a word are left out.
    leftovers: tuple[Leftovers, ...] = ()


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
        breaches=_grouped(
            (_BREACHES[breach.kind], _show_breach(outcome.path, breach))
            for outcome in run.changed
            for breach in outcome.breaches
        ),
        words=tuple(sorted({target.rpartition(".")[2] for target in run.script.targets})),
        leftovers=_leftovers(run),
    )


def count(run: Run) -> Counts:
    """Count the files of a run and the places in them."""
    sites = [site for outcome in run.outcomes if isinstance(outcome, Changed | Unchanged) for site in outcome.sites]
    words = Counter(word.fate for file in run.words for word in file.words)
    changed, skipped, failed = len(run.changed), len(run.skipped), len(run.failed)
    return Counts(
        selected=run.selected,
        gated=run.gated,
        parsed=len(run.outcomes),
        changed=changed,
        unchanged=len(run.outcomes) - changed - skipped - failed,
        skipped=skipped,
        failed=failed,
        sites_changed=sum(site.status == "changed" for site in sites),
        sites_skipped=sum(site.status == "skipped" for site in sites),
        sites_wordless=sum(site.status == "changed" and not site.words for site in sites),
        words=words.total(),
        words_changed=words["changed"],
        words_skipped=words["skipped"],
        words_unmatched=words["unmatched"],
        words_elsewhere=words["elsewhere"],
        words_text=words["text"],
        words_unread=words["unread"],
        breaches=sum(len(outcome.breaches) for outcome in run.changed),
    )


def _leftovers(run: Run) -> tuple[Leftovers, ...]:
    said: dict[Fate, list[tuple[str, str]]] = {"unmatched": [], "text": [], "elsewhere": [], "unread": []}
    for file in run.leftovers:
        for word in file.words:
            if word.fate in said:
                said[word.fate].append((word.why, show_place(file.path, word)))
    return tuple(Leftovers(fate=fate, groups=_grouped(places)) for fate, places in said.items() if places)


def show_place(path: str, site: Site | Word) -> str:
    """Write a place as editors and terminals open it: ``path:line:column``."""
    return f"{show_path(path)}:{site.line}:{site.column}"


def _show_breach(path: str, breach: Breach) -> str:
    """Write where a guarantee is broken and how, without what its group says already."""
    message = breach.message.removeprefix(_BREACHES[breach.kind]).lstrip(":, ")
    return f"{show_path(path)}:{breach.line}: {safe_text(message)}"


def summary_lines(summary: Summary, *, limit: int | None = 10) -> tuple[str, ...]:
    """Say it in lines, safe for a terminal: counts, then what to look at.

    Each group names at most ``limit`` places and how many more there are; words that are left for good reasons are
    only counted. ``None``: all of them.
    """
    return (*count_lines(summary.counts, words=summary.words), *attention_lines(summary, limit=limit))


def attention_lines(summary: Summary, *, limit: int | None = 10) -> tuple[str, ...]:
    """Say what to look at besides the changes, with the reasons: each part below an empty line."""
    return (
        *_failures(summary.failed),
        *_section("Skipped files", summary.skipped, limit=limit),
        *_section("Undecided places", summary.undecided, limit=limit),
        *_section("Warnings", summary.warnings, limit=limit),
        *_section("Broken guarantees", summary.breaches, limit=limit, note="with --strict these files fail"),
        *_left_over(summary, limit=limit),
    )


def count_lines(counts: Counts, *, words: Sequence[str] = ()) -> tuple[str, ...]:
    """Say the counts: a line for the files, and one each for places and words where there are any."""
    rest = [f"{counts.changed} changed", f"{counts.unchanged} unchanged"]
    rest += [f"{number} {word}" for number, word in ((counts.skipped, "skipped"), (counts.failed, "failed")) if number]
    files = f"{_counted(counts.selected, 'file')} selected, {counts.gated} gated, {counts.parsed} parsed"
    lines = [f"{files}: {', '.join(rest)}"]
    if counts.sites_changed or counts.sites_skipped:
        lines.append(f"{_counted(counts.sites_changed, 'place')} changed, {counts.sites_skipped} undecided")
    if counts.words:
        lines.append(_words_line(counts, words=words))
    if counts.words and counts.sites_wordless:
        lines.append(f"{_counted(counts.sites_wordless, 'changed place')} without such a word (an added import, say)")
    return tuple(lines)


def _words_line(counts: Counts, *, words: Sequence[str]) -> str:
    shown = [safe_text(word) for word in words[:_MOST_NAMES]]
    while len(shown) > 1 and len(", ".join(shown)) > _LONGEST_NAMES:
        shown.pop()
    named = ", ".join([*shown, *(["…"] if len(words) > len(shown) else [])])
    left = f"{counts.words_changed} changed, {counts.words_skipped} skipped, {counts.words_left} left over"
    return f"{_counted(counts.words, 'word')} of TARGETS{f' ({named})' if named else ''}: {left}"


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


def _section(title: str, groups: Sequence[Group], *, limit: int | None, note: str = "") -> list[str]:
    if not groups:
        return []
    count = sum(len(group.places) for group in groups)
    return ["", f"{title}: {count}{f' ({note})' if note else ''}", *_group_lines(groups, limit=limit)]


def _left_over(summary: Summary, *, limit: int | None) -> list[str]:
    """Show where words are left that nobody decided about, and count the others."""
    if not summary.leftovers:
        return []
    lines = []
    for left in summary.leftovers:
        if limit is None or left.fate not in _HARMLESS:
            # What is certain to be a target comes first.
            ordered = sorted(left.groups, key=lambda group: not group.reason.startswith("stands for"))
            lines += _group_lines(ordered if left.fate == "unmatched" else left.groups, limit=limit)
        else:
            lines += _harmless_lines(left)
    is_short = limit is not None and any(left.fate in _HARMLESS for left in summary.leftovers)
    return ["", f"Left over: {summary.counts.words_left}{' (-v lists all)' if is_short else ''}", *lines]


def _harmless_lines(left: Leftovers) -> list[str]:
    counts: Counter[str] = Counter()
    for group in left.groups:
        counts[_HARMLESS[left.fate] or group.reason.partition(":")[0]] += len(group.places)
    return [f"  {count:3}  {safe_text(why)}" for why, count in counts.most_common()]


def _group_lines(groups: Iterable[Group], *, limit: int | None) -> list[str]:
    lines = []
    for group in groups:
        shown = group.places[:limit]
        lines.append(f"  {len(group.places):3}  {safe_text(group.reason) or 'no reason given'}")
        lines += [f"{_INDENT}{place}" for place in shown]
        if more := len(group.places) - len(shown):
            lines.append(f"{_INDENT}… and {more} more")
    return lines


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}{'' if count == 1 else 's'}"
