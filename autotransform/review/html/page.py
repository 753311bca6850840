"""The report as one file."""

from __future__ import annotations

import base64
import hashlib
from importlib.resources import files as resources
from typing import TYPE_CHECKING

from autotransform.review.document import describe_hunks, place_changes
from autotransform.review.html.attention import attention, notes_of
from autotransform.review.html.files import changes as file_places
from autotransform.review.html.files import choose_files, tree
from autotransform.review.html.markup import Markup, element, joined, words_of
from autotransform.review.html.overview import overview, rules
from autotransform.review.html.packed import index, pack, write_parts
from autotransform.review.html.script import script
from autotransform.review.html.shapes import shapes
from autotransform.review.html.values import Facts

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autotransform.review.decisions import Decisions
    from autotransform.review.html.values import Json
    from autotransform.review.hunks import FileChange
    from autotransform.review.reasons.why import Explanation


def write_report(
    document: Json,
    explanation: Explanation,
    changes: Sequence[FileChange],
    *,
    facts: Facts | None = None,
    decisions: Decisions | None = None,
) -> bytes:
    """Write the report. The same run gives the same bytes.

    Args:
        document: What ``describe_review`` gives.
        explanation: What it was made of.
        changes: The files that change, with their contents.
        facts: Where the run is from.
        decisions: What was refused.
    """
    files = choose_files(document)
    hunks = _hunks(files, explanation, changes, decisions=decisions)
    parts, numbers = pack(hunks)
    indexes = {file["path"]: number for number, file in enumerate(files)}
    style, program = _static("report.css"), _static("report.js")
    body = (
        element("a", "Skip to the report", href="#main", class_="skip"),
        _banner(document),
        _contents(document, files),
        element(
            "main",
            overview(document, facts or Facts()),
            rules(document),
            shapes(document, indexes=indexes),
            attention(document, indexes=indexes),
            script(document),
            file_places(files),
            id="main",
            tabindex=-1,
        ),
        index(document, files, parts=numbers, hunks=hunks),
        Markup("\n"),
        *write_parts(parts),
        Markup(f"<script>{program}</script>"),
    )
    head = _head(document, style=style, program=program)
    page = f'<!doctype html>\n<html lang="en">\n<head>{head}</head>\n<body>{joined(body)}</body>\n</html>\n'
    return page.encode("utf-8")


def _hunks(
    files: Sequence[Json], explanation: Explanation, changes: Sequence[FileChange], *, decisions: Decisions | None
) -> list[list[Json]]:
    """Describe the hunks of every file that is shown; of one that does not change, none."""
    places = place_changes(explanation, decisions)
    # In the same order, but for files that do not change: names that are no text may look alike.
    rest = iter(changes)
    return [
        describe_hunks(next(rest), explanation, places=places) if file["status"] == "changed" else [] for file in files
    ]


def _head(document: Json, *, style: str, program: str) -> Markup:
    policy = "; ".join(
        (
            "default-src 'none'",
            f"script-src '{_hash(program)}'",
            f"style-src '{_hash(style)}'",
            "base-uri 'none'",
            "form-action 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
        )
    )
    return joined(
        (
            Markup('<meta charset="utf-8">'),
            Markup(f'<meta http-equiv="Content-Security-Policy" content="{policy}">'),
            Markup('<meta name="viewport" content="width=device-width, initial-scale=1">'),
            Markup('<meta name="color-scheme" content="light dark">'),
            Markup('<meta name="referrer" content="no-referrer">'),
            element("title", f"{document['script']['name']}: {document['script']['summary']}"),
            Markup(f"<style>{style}</style>"),
        )
    )


def _banner(document: Json) -> Markup:
    told = document["script"]
    name = element("h1", element("code", told["name"]))
    return element(
        "header",
        element("div", name, element("p", words_of(told["summary"])), class_="title"),
        # The script fills it: without one, none of it would do anything.
        element("div", id="tools", class_="tools", hidden=True),
        class_="top",
    )


def _contents(document: Json, files: Sequence[Json]) -> Markup:
    notes = sum(1 for file in files for _ in notes_of(file))
    sections = [
        ("overview", "Overview", None),
        ("rules", "Rules", len(document["script"]["rules"])),
        ("shapes", "Shapes", len(document["shapes"])),
        ("attention", "To look at", notes),
        ("script", "Script", None),
        ("files", "Files", len(files)),
    ]
    links = [
        element(
            "li",
            element(
                "a", element("span", title), count and element("span", f"{count:,}", class_="count"), href=f"#{name}"
            ),
        )
        for name, title, count in sections
    ]
    return element(
        "nav", element("ul", *links, class_="sections"), tree(files), aria_label="Contents", class_="side", id="side"
    )


def _static(name: str) -> str:
    text = resources("autotransform.review").joinpath("static", name).read_text(encoding="utf-8")
    # What is bundled is ours; that it ends its element is a fault of the build.
    if "</s" in text.lower() or "<!--" in text:
        raise ValueError(name)
    return text


def _hash(text: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}"
