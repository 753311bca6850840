"""What the report's script reads: an index of the files, and their hunks, compressed, in parts that load one by one."""

from __future__ import annotations

import base64
import json
import zlib
from typing import TYPE_CHECKING, Any

from autotransform.review.html.markup import Markup
from autotransform.review.html.shapes import MOST_EXAMPLES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from autotransform.review.html.values import Json

#: Bytes of JSON that one part holds, unless one file has more.
_PART = 96 << 10
#: Characters of a line, and lines of one file: what is longer is cut, and says so.
_LONGEST_LINE, _MOST_LINES = 4_000, 20_000
_KINDS = {"context": 0, "removed": 1, "added": 2}


def index(document: Json, files: Sequence[Json], *, parts: Sequence[int], hunks: Sequence[Sequence[Json]]) -> Markup:
    """Write what has to be known of every file at once.

    Args:
        document: Of the run.
        files: Those that are shown.
        parts: For each of them the number of the part that holds its hunks.
        hunks: Theirs.
    """
    data = {
        "files": [
            {
                "path": file["path"],
                "status": file["status"],
                "part": part,
                "rows": [len(hunk["lines"]) for hunk in found],
                "shapes": file["shapes"],
                "methods": sorted({name for hunk in found for change in hunk["changes"] for name in change["methods"]}),
            }
            for file, part, found in zip(files, parts, hunks, strict=True)
        ],
        "shapes": [
            {key: shape[key] for key in ("id", "count", "before", "after", "methods", "cases")}
            for shape in document["shapes"]
        ],
        "methods": [
            {key: method[key] for key in ("name", "first", "last")}
            for method in document["script"]["methods"]
            if method["changes"]
        ],
        "cases": {case["name"]: case["line"] for case in document["script"]["cases"] if case["line"]},
        "examples": [shape["example"]["hunk"] for shape in document["shapes"][:MOST_EXAMPLES]],
    }
    # No text can end the element, or begin a comment in it.
    text = _json(data).replace("<", "\\u003c")
    return Markup(f'<script type="application/json" id="index">{text}</script>')


def pack(hunks: Iterable[Sequence[Json]]) -> tuple[list[str], list[int]]:
    """Compress the hunks of all files into parts, in order; the same hunks give the same parts.

    Returns:
        The parts in base64, and for each file the number of its part.
    """
    parts: list[str] = []
    numbers: list[int] = []
    gathered: list[str] = []
    size = 0
    for found in hunks:
        text = _json([_short(hunk) for hunk in _bounded(found)])
        if gathered and size + len(text) > _PART:
            parts.append(_compress(gathered))
            gathered, size = [], 0
        gathered.append(text)
        size += len(text)
        numbers.append(len(parts))
    if gathered:
        parts.append(_compress(gathered))
    return parts, numbers


def write_parts(parts: Iterable[str]) -> Iterator[Markup]:
    """Write the parts as elements that no browser reads until it is asked to."""
    for number, part in enumerate(parts):
        yield Markup(f'<script type="text/plain" id="part{number}">{part}</script>\n')


def _compress(gathered: Sequence[str]) -> str:
    text = f"[{','.join(gathered)}]"
    packer = zlib.compressobj(level=9, wbits=-zlib.MAX_WBITS)
    return base64.b64encode(packer.compress(text.encode()) + packer.flush()).decode()


def _bounded(hunks: Sequence[Json]) -> Iterator[Json]:
    left = _MOST_LINES
    for hunk in hunks:
        if left <= 0:
            return
        yield {**hunk, "lines": hunk["lines"][:left]}
        left -= len(hunk["lines"])


def _short(hunk: Json) -> list[Any]:
    """Write a hunk without names of keys, which would be half of it."""
    lines = [[_KINDS[line["kind"]], *_text(line)] for line in hunk["lines"]]
    changes = [
        [change["shape"], change["key"], change["methods"], change["cases"], change["decision"]]
        for change in hunk["changes"]
    ]
    return [hunk["before"], hunk["after"], hunk["heading"], lines, changes]


def _text(line: Json) -> list[Any]:
    text, marks = line["text"], line["marks"]
    if len(text) > _LONGEST_LINE:
        text = f"{text[:_LONGEST_LINE]} … {len(text) - _LONGEST_LINE:,} more characters"
        marks = [mark for mark in marks if mark[1] <= _LONGEST_LINE]
    told: list[Any] = [text, marks] if marks or not line["newline"] else [text]
    return told if line["newline"] else [*told, 1]


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=True, separators=(",", ":"))
