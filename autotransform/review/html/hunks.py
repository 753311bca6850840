"""The diff of an example as a table that needs no script; with one it is drawn again, in colour."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autotransform.review.html.markup import Markup, element, joined, text_of

if TYPE_CHECKING:
    from autotransform.review.html.values import Json

_SIGNS = {"context": " ", "removed": "\N{MINUS SIGN}", "added": "+"}
#: Lines of an example, and characters of a line.
_MOST_LINES, _LONGEST_LINE = 60, 1_000


def hunk_table(hunk: Json, *, label: str) -> Markup:
    """Write one hunk, unified."""
    before, after = hunk["before"], hunk["after"]
    rows = []
    for line in hunk["lines"][:_MOST_LINES]:
        kind = line["kind"]
        old, new = ("" if kind == "added" else before), ("" if kind == "removed" else after)
        before, after = before + (kind != "added"), after + (kind != "removed")
        rows.append(_row(line, old=old, new=new))
    if len(hunk["lines"]) > _MOST_LINES:
        more = len(hunk["lines"]) - _MOST_LINES
        rows.append(element("tr", element("td", f"… and {more:,} more lines", colspan=4, class_="more")))
    return element("table", element("tbody", *rows), class_="diff unified", aria_label=label)


def _row(line: Json, *, old: int | str, new: int | str) -> Markup:
    return element(
        "tr",
        element("td", old, class_="number"),
        element("td", new, class_="number"),
        element("td", _SIGNS[line["kind"]], class_="sign"),
        element("td", marked(line["text"], line["marks"]), class_="code"),
        class_=line["kind"],
    )


def marked(text: str, marks: list[list[int]]) -> Markup:
    """Write a line with its marks, bounded."""
    parts: list[Markup] = []
    at, end = 0, min(len(text), _LONGEST_LINE)
    for start, stop in marks:
        if start >= end:
            break
        parts += [text_of(text[at:start]), element("mark", text[start : min(stop, end)])]
        at = min(stop, end)
    parts.append(text_of(text[at:end]))
    if end < len(text):
        parts.append(element("i", f" … {len(text) - end:,} more characters", class_="more"))
    return joined(parts)
