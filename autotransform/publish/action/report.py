"""What the GitHub Action says when it is done: its outputs, and the summary of the job in Markdown.

Names of files and branches, reasons and titles are foreign: they stand as code or escaped, never as markup.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from autotransform.publish.pull_requests.markdown import code, prose

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from autotransform.errors import AutoTransformError

#: What the action gives, in the order of `action.yml`.
OUTPUTS = (
    "operation",
    "number",
    "url",
    "branch",
    "head-sha",
    "changed",
    "skipped",
    "failed",
    "leftovers",
    "pull-requests",
    "report",
    "sarif",
    "report-html",
    "script",
    "transform",
)
#: Of pull requests, and of places to look at.
_MOST_ROWS = 200
_LARGEST = 64 << 20
_ESCAPED = re.compile(r"\\[\\\[\]]|\{\{|\}\}")
_WEB = re.compile(r"https?://[A-Za-z0-9.:\[\]-]+/[A-Za-z0-9._~/%?=&-]*")


def read_report(path: Path) -> dict[str, Any]:
    """Read what a command wrote for us; of none, or of one that is cut off, nothing."""
    try:
        with path.open("rb") as file:
            found = json.loads(file.read(_LARGEST))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def outputs_of_publishing(report: dict[str, Any]) -> dict[str, str]:
    """Give the outputs of `pr`: of its first pull request, and the counts of all."""
    parts = _parts(report)
    first = parts[0] if parts else {}
    found = {name: _text(report.get(name, first.get(name))) for name in OUTPUTS[:5]}
    return {**found, **_counts(report.get("counts")), "pull-requests": json.dumps(parts, sort_keys=True)}


def outputs_of_check(sarif: dict[str, Any]) -> dict[str, str]:
    """Give the outputs of a check."""
    return _counts(_properties(sarif).get("counts"))


def summarise_publishing(report: dict[str, Any], *, name: str, notes: Sequence[str]) -> str:
    """Say in Markdown which pull requests there are."""
    return _page(name, [*notes, *_counted(_counts(report.get("counts"))), "", *_rows(_parts(report))])


def summarise_check(sarif: dict[str, Any], *, name: str) -> str:
    """Say in Markdown what would change, and what is left."""
    counts = _counts(_properties(sarif).get("counts"))
    runs = sarif.get("runs") or [{}]
    results = [result for result in runs[0].get("results", ()) if isinstance(result, dict)]
    lines = [f"- {_place(result)}: {prose(_message(result))}" for result in results[:_MOST_ROWS]]
    if more := len(results) - len(lines):
        lines.append(f"- … and {more} more")
    return _page(name, [*_counted(counts), "", *lines])


def summarise_generating(*, path: str, source: str) -> str:
    """Say in Markdown what was written: the script itself, to be read before anything is done with it."""
    from autotransform.publish.pull_requests.markdown import fence  # noqa: PLC0415

    return _page(path, ["Read it before you let it run.", "", fence(source, language="python")])


def summarise_failure(error: AutoTransformError, *, home: str) -> str:
    """Say in Markdown what went wrong, and what to do about it.

    Args:
        error: What ended the step.
        home: Where GitHub is; addresses there can be followed, others are text.
    """
    lines = [f"**{_linked(error.message, home=home)}**", ""]
    lines += [f"- {_linked(detail, home=home)}" for detail in error.details[:_MOST_ROWS]]
    return "\n".join([*lines, "", *([_linked(error.hint, home=home), ""] if error.hint else [])]) + "\n"


def _linked(text: str, *, home: str) -> str:
    """Write a text so that Markdown shows it as it is, but for addresses of our own."""
    parts, at = [], 0
    for found in _WEB.finditer(text):
        if home and found[0].startswith(f"{home}/"):
            parts += [prose(text[at : found.start()]), f"<{found[0]}>"]
            at = found.end()
    return " ".join(part for part in [*parts, prose(text[at:])] if part)


def _page(title: str, lines: Sequence[str]) -> str:
    return "\n".join([f"### AutoTransform: {code(title)}", "", *lines]).rstrip() + "\n\n"


def _parts(report: dict[str, Any]) -> list[dict[str, Any]]:
    found = report.get("parts")
    return [part for part in found if isinstance(part, dict)] if isinstance(found, list) else []


def _rows(parts: Sequence[dict[str, Any]]) -> Iterator[str]:
    if not parts:
        return
    yield "| | pull request | branch | files |"
    yield "|---|---|---|---|"
    for part in parts[:_MOST_ROWS]:
        number, url = _text(part.get("number")), _text(part.get("url"))
        link = f"[#{number}]({url})" if number.isdecimal() and _WEB.fullmatch(url) else prose(number)
        files = _text(_counts(part.get("counts"))["changed"])
        # A bar ends a cell, even in code.
        branch = code(_text(part.get("branch"))).replace("|", "\\|")
        yield f"| {prose(_text(part.get('operation')))} | {link} | {branch} | {prose(files)} |"
    if len(parts) > _MOST_ROWS:
        yield f"| | … and {len(parts) - _MOST_ROWS} more | | |"


def _counted(counts: dict[str, str]) -> list[str]:
    told = [f"{what}: {counts[name]}" for name, what in _TOLD if counts.get(name)]
    return [f"{', '.join(told).capitalize()}."] if told else []


_TOLD = (
    ("changed", "files changed"),
    ("skipped", "skipped"),
    ("failed", "failed"),
    ("leftovers", "places to look at"),
)


def _counts(found: object) -> dict[str, str]:
    counts = found if isinstance(found, dict) else {}
    return {name: _text(counts.get(name)) for name, _ in _TOLD}


def _properties(sarif: dict[str, Any]) -> dict[str, Any]:
    runs = sarif.get("runs")
    found = _dig(runs[0], "properties") if isinstance(runs, list) and runs else None
    return found if isinstance(found, dict) else {}


def _place(result: dict[str, Any]) -> str:
    locations = result.get("locations")
    where = _dig(locations[0], "physicalLocation") if isinstance(locations, list) and locations else {}
    path = unquote(_text(_dig(where, "artifactLocation", "uri")), errors="surrogateescape")
    return code(f"{path}:{_text(_dig(where, 'region', 'startLine'))}")


def _message(result: dict[str, Any]) -> str:
    """Give what a result says, without what SARIF needs to keep it plain."""
    return _ESCAPED.sub(lambda found: found[0][1:], _text(_dig(result, "message", "text")))


def _dig(value: Any, *keys: str) -> Any:
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def _text(value: object) -> str:
    return "" if value is None else str(value)
