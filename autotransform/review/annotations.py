"""Commands to the runner of a workflow, as lines: what would change, and what is left, beside the lines themselves.

A line is a command wherever it comes from, so whatever else is printed must not look like one: escape it, or print it
between `stop_commands` and `resume_commands`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal, TypeAlias

from autotransform.review.marks import find_leftovers, find_places
from autotransform.review.text import portable_text, safe_text

if TYPE_CHECKING:
    from collections.abc import Iterable

    from autotransform.engine import Run
    from autotransform.review.hunks import FileChange

Level: TypeAlias = Literal["error", "warning", "notice"]

#: GitHub shows so many of each level of one step, and leaves out the others without a word.
MOST = 10
#: Characters of a message.
_LONGEST = 500

_TOKEN = re.compile(r"[A-Za-z0-9-]{16,}")
_DATA = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A"})
_PROPERTY = str.maketrans({"%": "%25", "\r": "%0D", "\n": "%0A", ":": "%3A", ",": "%2C"})
#: What a reader of lines may take for the end of one, besides what is escaped; and NUL.
_LINE_ENDS = re.compile("[\0\v\f\x1c-\x1e\x85\u2028\u2029]")


def annotate(run: Run, changes: Iterable[FileChange], *, level: Level = "warning") -> tuple[str, ...]:
    """Write a command for each file on which the script failed, each place that would change, and each that is left.

    Of each level there are as many as GitHub shows; the last then says how many more there would be.

    Args:
        run: What to tell of.
        changes: The changed files with their contents.
        level: Of what would change; a failure is an error, what is left a notice.
    """
    name = run.script.name
    by_level: dict[Level, list[str]] = {"error": [], "warning": [], "notice": []}
    for failed in run.failed:
        text = f"{name} fails on this file: {failed.reason}. {failed.detail}"
        by_level["error"].append(annotation("error", text, path=failed.path, title=name))
    would = run.script.summary or f"{name} would change this."
    for place in find_places(changes):
        by_level[level].append(
            annotation(level, would, path=place.path, span=(place.first_shown, place.last_shown), title=name)
        )
    for left in find_leftovers(run):
        text = f"Left as it is: {left.why}" if left.why else "Left as it is; nobody said why."
        by_level["notice"].append(annotation("notice", text, path=left.path, span=(left.line, left.line), title=name))
    return tuple(line for kind, lines in by_level.items() for line in _shorten(lines, level=kind, title=name))


def annotation(level: Level, text: str, *, path: str = "", span: tuple[int, int] | None = None, title: str = "") -> str:
    """Write one command, whatever its parts hold: it stays one line and one command.

    Args:
        level: How it is shown.
        text: What it says; cut where it is long.
        path: Relative to the root; empty: of no file.
        span: First and last line, 1-based.
        title: What stands above the text.
    """
    properties = {"file": path, "line": str(span[0]) if span else "", "endLine": str(span[1]) if span else ""}
    properties["title"] = title
    told = ",".join(f"{key}={_escape(value, _PROPERTY)}" for key, value in properties.items() if value)
    shown = text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
    return f"::{level}{' ' if told else ''}{told}::{_escape(shown.strip(), _DATA)}"


def stop_commands(token: str) -> str:
    """Write the line after which nothing is a command any more, until the token comes back.

    Args:
        token: What nobody can guess who has a say in what is printed in between.

    Raises:
        ValueError: It is too short, or holds more than letters, digits and hyphens.
    """
    if not _TOKEN.fullmatch(token):
        raise ValueError("a token has sixteen letters, digits and hyphens at the least")
    return f"::stop-commands::{token}"


def resume_commands(token: str) -> str:
    """Write the line that ends what `stop_commands` began."""
    return f"::{token}::"


def _shorten(lines: list[str], *, level: Level, title: str) -> list[str]:
    if len(lines) <= MOST:
        return lines
    more = len(lines) - (MOST - 1)
    return [*lines[: MOST - 1], annotation(level, f"There are {more} more places like these.", title=title)]


def _escape(text: str, table: dict[int, str]) -> str:
    plain = _LINE_ENDS.sub(" ", portable_text(text))
    # The log of a workflow draws colours and more, and a terminal obeys.
    shown = "".join(char if char in "\t\r\n" else safe_text(char) for char in plain)
    return shown.translate(table)
