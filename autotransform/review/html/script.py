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
    rows = [_row(number, line, made=made.get(number)) for number, line in enumerate(lines, start=1)]
    label = "The script, line by line"
    table = element("table", element("tbody", *rows), class_="source", aria_label=label)
    return element(
        "section",
        element("h2", "Script ", element("span", counted(len(lines), "line"), class_="count"), id="script-title"),
        element("div", table, class_="scroll", tabindex=0, role="region", aria_label=label),
        id="script",
        aria_labelledby="script-title",
    )


def _made(document: Json) -> dict[int, Markup]:
    """Give for each line that begins a method a link to what it made."""
    shapes: dict[str, list[Json]] = {}
    for shape in document["shapes"]:
        for name in shape["methods"]:
            shapes.setdefault(name, []).append(shape)
    links = {}
    for method in document["script"]["methods"]:
        if found := shapes.get(method["name"]):
            text = f"{counted(len(found), 'shape')}, {counted(sum(shape['count'] for shape in found), 'change')}"
            links[method["first"]] = element(
                "a", text, href=f"#shape-{found[0]['id']}", class_="made", data_method=method["name"]
            )
    return links


def _row(number: int, line: str, *, made: Markup | None) -> Markup:
    return element(
        "tr",
        element("td", element("a", number, href=f"#L{number}"), class_="number"),
        element("td", element("span", line), " " if made else None, made, class_="code"),
        id=f"L{number}",
        class_="method" if made else None,
    )
