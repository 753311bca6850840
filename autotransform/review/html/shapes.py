"""The shapes of the report: a chart whose bars open into an example, with the reasons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autotransform.review.html.hunks import hunk_table
from autotransform.review.html.markup import Markup, counted, element, joined, listed, words_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from autotransform.review.html.values import Json

#: Shapes that are shown with an example, and all; rare ones come first.
MOST_EXAMPLES, _MOST_SHAPES = 200, 1_000
#: Shapes that stand open at first, where there are no more than these.
_OPEN = 3
_MOST_PATHS = 30
#: Per cent of the chart that the shortest bar takes.
_LEAST_BAR = 2.5


def shapes(document: Json, *, indexes: Mapping[str, int]) -> Markup:
    """Write the chart, rare shapes first.

    Args:
        document: What to tell.
        indexes: Of the files that are in the report, by path.
    """
    found = document["shapes"]
    most = max((shape["count"] for shape in found), default=1)
    rows = [
        _shape(shape, document=document, most=most, indexes=indexes, has_example=number < MOST_EXAMPLES)
        for number, shape in enumerate(found[:_MOST_SHAPES])
    ]
    if len(found) > _MOST_SHAPES:
        rows.append(element("p", f"… and {counted(len(found) - _MOST_SHAPES, 'more shape')}", class_="more"))
    uncovered = sum(not shape["cases"] for shape in found)
    return element(
        "section",
        element("h2", "Shapes ", element("span", f"{len(found):,}", class_="count"), id="shapes-title"),
        element("p", _lead(found, uncovered=uncovered), class_="lead"),
        element("div", *rows, class_="chart"),
        id="shapes",
        aria_labelledby="shapes-title",
    )


def _lead(found: list[Json], *, uncovered: int) -> str:
    if not found:
        return "Nothing changes."
    changes = sum(shape["count"] for shape in found)
    kinds = f"{len(found):,} {'kind' if len(found) == 1 else 'kinds'} of change"
    covered = "A case covers each." if not uncovered else f"No case covers {uncovered:,} of them."
    return f"{counted(changes, 'change')} of {kinds}, rare ones first: that is where faults are. {covered}"


def _shape(shape: Json, *, document: Json, most: int, indexes: Mapping[str, int], has_example: bool) -> Markup:
    is_open = len(document["shapes"]) <= _OPEN
    return element(
        "details",
        _summary(shape, most=most),
        element("div", *_body(shape, document=document, indexes=indexes, has_example=has_example), class_="body"),
        class_="shape",
        id=f"shape-{shape['id']}",
        data_shape=shape["id"],
        open=is_open,
    )


def _summary(shape: Json, *, most: int) -> Markup:
    width = max(_LEAST_BAR, 100 * shape["count"] / most)
    bar = element("rect", class_="bar", x=0, y=0, rx=2, height=8, width=f"{width:.2f}%")
    badges = [] if shape["cases"] else [element("span", "no case", class_="badge warn")]
    if shape["decision"] == "no":
        badges.append(element("span", "refused", class_="badge bad"))
    return element(
        "summary",
        element("span", f"{shape['count']:,}", class_="number"),
        element("svg", bar, class_="track", width="100%", height=8, aria_hidden="true"),
        element("span", *_sides(shape), class_="sides"),
        element("span", *badges, class_="badges") if badges else None,
    )


def _sides(shape: Json) -> list[Markup | str]:
    before, after = (element(name, shape[key]) for name, key in (("del", "before"), ("ins", "after")))
    if shape["before"] == shape["after"]:
        return [element("span", "layout only" if shape["before"] == "(layout)" else shape["before"], class_="layout")]
    if not shape["before"]:
        return [element("span", "added", class_="verb"), " ", after]
    if not shape["after"]:
        return [element("span", "removed", class_="verb"), " ", before]
    return [
        before,
        " ",
        element("span", "\N{RIGHTWARDS ARROW}", class_="arrow", role="img", aria_label="becomes"),
        " ",
        after,
    ]


def _body(shape: Json, *, document: Json, indexes: Mapping[str, int], has_example: bool) -> list[Markup]:
    parts = [element("dl", *_reasons(shape, document=document), class_="reasons")]
    if has_example:
        path = shape["example"]["path"]
        place = f"Example: {path}"
        table = hunk_table(shape["example"]["hunk"], label=f"Example of the change in {path}")
        parts.append(
            element(
                "figure", element("figcaption", _linked(path, indexes, text=place)), table, data_example=shape["id"]
            )
        )
    paths = [_linked(path, indexes) for path in shape["paths"]]
    if len(paths) > 1:
        label = f"In {counted(len(paths), 'file')}"
        parts.append(
            element(
                "details", element("summary", label), listed(paths, most=_MOST_PATHS, class_="paths"), class_="where"
            )
        )
    return parts


def _reasons(shape: Json, *, document: Json) -> list[Markup]:
    lines = {method["name"]: method["first"] for method in document["script"]["methods"] if method["changes"]}
    methods = [
        element("a", element("code", name), f" line {lines[name]}", href=f"#L{lines[name]}")
        if name in lines
        else element("code", name)
        for name in shape["methods"]
    ]
    rules = [
        element("a", words_of(document["script"]["rules"][rule].removeprefix("- ")), href=f"#rule-{rule + 1}")
        for rule in shape["rules"]
    ]
    stands = {case["name"]: case["line"] for case in document["script"]["cases"]}
    cases = [_case(name, line=stands.get(name, 0)) for name in shape["cases"]]
    uncovered = element("span", "No case covers this.", class_="uncovered")
    rows = [
        ("Made by", _several(methods) if methods else element("span", "not known", class_="none")),
        ("Rule", _several(rules)) if rules else None,
        ("Case", _several(cases) if cases else uncovered),
        ("Varies", _varying(shape)) if shape["varying"] else None,
    ]
    return [element("div", element("dt", row[0]), element("dd", row[1])) for row in rows if row]


def _case(name: str, *, line: int) -> Markup:
    return element("a" if line else "span", name, class_="case", href=f"#L{line}" if line else None)


def _several(items: list[Markup]) -> Markup:
    shown = items[:20]
    return joined(part for index, item in enumerate(shown) for part in ((", ", item) if index else (item,)))


def _varying(shape: Json) -> Markup:
    items = [
        joined(
            (
                element("code", each["name"], class_="name"),
                " is ",
                _several([element("code", text) for text in each["examples"]]),
            )
        )
        for each in shape["varying"]
    ]
    return joined(part for index, item in enumerate(items) for part in (("; ", item) if index else (item,)))


def _linked(path: str, indexes: Mapping[str, int], *, text: str = "") -> Markup:
    shown = element("code", path) if not text else joined((text,))
    return element("a", shown, href=f"#f{indexes[path]}") if path in indexes else shown
