"""The script as the report shows it: with line numbers, and beside each method what it made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autotransform.review.html.markup import Markup, counted, element

if TYPE_CHECKING:
    from autotransform.review.html.values import Json


def script(document: Json) -> Markup:
    """Write the script, a row a line; a line that begins a method links to the shapes that it makes."""
    told = document["script"]
    made = _made(document)
    lines = told["source"].removesuffix("\n").split("\n")
    outline = [
        element("li", element("a", element("code", name), f" line {line}", href=f"#L{line}"), " ", link)
        for (line, name), link in made.items()
    ]
    links = {line: link for (line, _), link in made.items()}
    rows = [_row(number, line, made=links.get(number)) for number, line in enumerate(lines, start=1)]
    label = "The script, line by line"
    table = element("table", element("tbody", *rows), class_="source", aria_label=label)
    return element(
        "section",
        element("h2", "Script ", element("span", counted(len(lines), "line"), class_="count"), id="script-title"),
        element("ul", *outline, class_="outline") if outline else None,
        element("div", table, class_="scroll", tabindex=0, role="region", aria_label=label),
        id="script",
        aria_labelledby="script-title",
    )


def _made(document: Json) -> dict[tuple[int, str], Markup]:
    """Give for each method that made something, by its first line, a link to that."""
    return {
        (method["first"], method["name"]): element(
            "a",
            f"{counted(len(method['shapes']), 'shape')}, {counted(method['changes'], 'change')}",
            href=f"#shape-{method['shapes'][0]}",
            class_="made",
            data_method=method["name"],
        )
        for method in document["script"]["methods"]
        if method["changes"]
    }


def _row(number: int, line: str, *, made: Markup | None) -> Markup:
    return element(
        "tr",
        element("td", element("a", number, href=f"#L{number}"), class_="number"),
        element("td", element("span", line), " " if made else None, made, class_="code"),
        id=f"L{number}",
        class_="method" if made else None,
    )
