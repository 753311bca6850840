"""The files of the report: a tree with counts, and a place for the diff of each."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from autotransform.review.html.attention import notes_of
from autotransform.review.html.markup import Markup, element, listed, words_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autotransform.review.html.values import Json

_MOST_NOTES = 50
_MINUS = "\N{MINUS SIGN}"


@dataclass(slots=True)
class _Folder:
    """A folder of the tree."""

    folders: dict[str, _Folder] = field(default_factory=dict)
    #: By index.
    files: dict[str, int] = field(default_factory=dict)
    count: int = 0


def choose_files(document: Json) -> list[Json]:
    """Give the files that the report tells of: those that change, and those of which there is something to say."""
    return [file for file in document["files"] if file["status"] != "unchanged" or any(notes_of(file))]


def tree(files: Sequence[Json]) -> Markup:
    """Write the files as a tree; folders with nothing but one folder in them are one line."""
    root = _Folder()
    for index, file in enumerate(files):
        *folders, name = file["path"].split("/")
        at = root
        at.count += 1
        for folder in folders:
            at = at.folders.setdefault(folder, _Folder())
            at.count += 1
        at.files[f"{name}\0{index}"] = index
    return _branch(root, files, class_="tree")


def _branch(folder: _Folder, files: Sequence[Json], *, class_: str | None = None) -> Markup:
    items = []
    for name, inner in folder.folders.items():
        label, at = name, inner
        while len(at.folders) == 1 and not at.files:
            ((below, at),) = at.folders.items()
            label += f"/{below}"
        title = element("summary", element("span", f"{label}/"), element("span", f"{at.count:,}", class_="count"))
        items.append(element("li", element("details", title, _branch(at, files), open=True)))
    items += [_leaf(index, files[index], name.partition("\0")[0]) for name, index in folder.files.items()]
    return element("ul", *items, class_=class_)


def _leaf(index: int, file: Json, name: str) -> Markup:
    link = element("a", element("span", name, class_="name"), _counts(file), href=f"#f{index}", class_=file["status"])
    return element("li", link, data_leaf=index)


def changes(files: Sequence[Json]) -> Markup:
    """Write a place for each file; what differs in it comes from the compressed part."""
    places = [_file(index, file) for index, file in enumerate(files)]
    return element(
        "section",
        element("h2", "Files ", element("span", f"{len(files):,}", class_="count"), id="files-title"),
        element(
            "noscript",
            element(
                "p",
                "Each diff is kept compressed in this file, and a script unpacks it. Without scripts, the examples "
                "under Shapes show every kind of change.",
                class_="lead",
            ),
        ),
        element("p", "No file matches the filter.", class_="none", id="no-match", hidden=True),
        *places,
        id="files",
        aria_labelledby="files-title",
    )


def _file(index: int, file: Json) -> Markup:
    notes = [_note(*note) for note in notes_of(file)]
    badges = [element("span", file["status"], class_=f"badge {file['status']}")] if file["status"] != "changed" else []
    if file["decision"] == "no":
        badges.append(element("span", "refused", class_="badge bad"))
    title = element("h3", element("code", file["path"]))
    return element(
        "details",
        element("summary", title, *badges, _counts(file)),
        listed(notes, most=_MOST_NOTES, class_="file-notes") if notes else None,
        element("div", class_="hunks") if file["status"] == "changed" else None,
        class_="file",
        id=f"f{index}",
        data_file=index,
        open=True,
    )


def _note(kind: str, line: int, words: str) -> Markup:
    where = element("span", f"line {line}", class_="where") if line else None
    # Of the text before, so that the script can show it there as well.
    line_before = line if kind in {"undecided", "left"} else None
    said = (element("b", _NAMES[kind]), " ", words_of(words), " ", where)
    return element("span", *said, class_=f"note {kind}", data_before=line_before)


_NAMES = {
    "failed": "Failed:",
    "skipped": "Skipped:",
    "breach": "Not kept:",
    "warning": "Warning:",
    "undecided": "Undecided:",
    "left": "Left over:",
}


def _counts(file: Json) -> Markup | None:
    if file["status"] != "changed" or file["insertions"] is None:
        return element("span", "", class_=f"dot {file['status']}", title=file["status"])
    added = element("span", f"+{file['insertions']}", class_="added")
    removed = element("span", f"{_MINUS}{file['deletions']}", class_="removed")
    return element("span", added, " ", removed, class_="lines")
