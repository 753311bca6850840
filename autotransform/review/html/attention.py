"""What a person should look at besides the changes: failures, breaches, warnings, skips and leftovers, with reasons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autotransform.review.html.markup import Markup, counted, element, joined, words_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from autotransform.review.html.values import Json

_MOST_REASONS, _MOST_PLACES = 200, 40
#: Kinds of notes, the worst first, with their titles.
TITLES = {
    "failed": "Failed, and left as they were",
    "breach": "Guarantees not kept",
    "warning": "Warnings",
    "undecided": "Places that the script declined",
    "left": "Words left without a reason",
    "skipped": "Files that could not be read",
}


def notes_of(file: Json) -> Iterator[tuple[str, int, str]]:
    """Give what is to be said beside a file: the kind of the note, its line or 0, and the words."""
    if file["status"] == "failed":
        yield "failed", 0, f"{file['reason']}: {file['detail']}" if file["detail"] else file["reason"]
    if file["status"] == "skipped":
        yield "skipped", 0, file["reason"]
    for breach in file["breaches"]:
        yield "breach", breach["line"], breach["message"]
    for warning in file["warnings"]:
        yield "warning", 0, warning
    for site in file["sites"]:
        if site["status"] == "skipped":
            yield "undecided", site["line"], site["reason"] or "no reason given"
    for word in file["words"]:
        if word["fate"] == "unmatched":
            yield "left", word["line"], f"{word['name']}: {word['why']}"


def attention(document: Json, *, indexes: Mapping[str, int]) -> Markup:
    """Write what stands beside the changes, by kind and reason."""
    found: dict[str, dict[str, list[tuple[str, int]]]] = {kind: {} for kind in TITLES}
    for file in document["files"]:
        for kind, line, words in notes_of(file):
            found[kind].setdefault(words, []).append((file["path"], line))
    parts = [_kind(kind, groups, indexes=indexes) for kind, groups in found.items() if groups]
    if unread := sum(len(file["words"]) for file in document["unread"]):
        words = counted(unread, "word")
        parts.append(element("p", f"{words} of the script's targets in files that were not read.", class_="lead"))
    if not parts:
        parts.append(element("p", "Nothing: no failure, warning, skip or leftover.", class_="none"))
    return element(
        "section",
        element("h2", "To look at", id="attention-title"),
        *parts,
        id="attention",
        aria_labelledby="attention-title",
    )


def _kind(kind: str, groups: Mapping[str, list[tuple[str, int]]], *, indexes: Mapping[str, int]) -> Markup:
    ordered = sorted(groups.items(), key=lambda group: (-len(group[1]), group[0]))
    items = [
        element("li", words_of(words), " ", _places(places, indexes=indexes))
        for words, places in ordered[:_MOST_REASONS]
    ]
    if len(ordered) > _MOST_REASONS:
        items.append(element("li", f"… and {counted(len(ordered) - _MOST_REASONS, 'more reason')}", class_="more"))
    count = sum(map(len, groups.values()))
    title = element("h3", f"{TITLES[kind]} ", element("span", f"{count:,}", class_="count"))
    return element("div", title, element("ul", *items), class_=f"notes {kind}")


def _places(places: list[tuple[str, int]], *, indexes: Mapping[str, int]) -> Markup:
    shown = [_place(path, line, indexes=indexes) for path, line in places[:_MOST_PLACES]]
    if len(places) > _MOST_PLACES:
        shown.append(Markup(f"… and {len(places) - _MOST_PLACES:,} more"))
    parts = [part for index, place in enumerate(shown) for part in ((", ", place) if index else (place,))]
    return element("span", *parts, class_="places")


def _place(path: str, line: int, *, indexes: Mapping[str, int]) -> Markup:
    shown = element("code", f"{path}:{line}" if line else path)
    return element("a", shown, href=f"#f{indexes[path]}") if path in indexes else joined((shown,))
