"""Shapes and hunks as plain values, for whatever draws them: the report, the review page, ``preview --json``.

Texts are decoded for the eye: what does not print stands as ``<U+001B>``, a byte that is no text as ``<FF>``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING, Any, TypeAlias

from autotransform.review.diff import shared_ending
from autotransform.review.emphasis import emphasise_lines
from autotransform.review.hunks import find_hunks
from autotransform.review.text import decoder_of, portable_text, show_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from autotransform.review.decisions import Decisions
    from autotransform.review.hunks import FileChange, Hunk, Line
    from autotransform.review.reasons.why import ExplainedChange, ExplainedShape, Explanation

#: What ``json.dumps`` takes.
Json: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Located:
    """One change of a file, where it stands, and how it is told."""

    #: Line of the text before at which lines begin to differ, 0-based.
    before: int
    told: Json


#: The changes of each file, by path and line.
Places: TypeAlias = "Mapping[str, Sequence[Located]]"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reading:
    """How the lines of one file are made text."""

    encodings: tuple[str, str]
    ending: bytes
    changes: Sequence[Located] = field(default=())

    def text(self, line: Line) -> str:
        content = line.content.removesuffix(self.ending).removesuffix(b"\n")
        return show_bytes(content, encoding=self.encodings[line.kind == "added"])


def place_changes(explanation: Explanation, decisions: Decisions | None = None) -> Places:
    """Gather what is explained by file, once for all files.

    Args:
        explanation: The shapes, with the reasons of every change.
        decisions: What was refused.
    """
    places: dict[str, list[Located]] = {}
    for shape in explanation.shapes:
        for explained in shape.changes:
            located = Located(before=_first_line(explained.change.hunk), told=_change(explained, decisions))
            places.setdefault(explained.change.path, []).append(located)
    return {path: sorted(found, key=lambda located: located.before) for path, found in places.items()}


def describe_shapes(
    explanation: Explanation, changes: Sequence[FileChange], *, decisions: Decisions | None = None
) -> list[Json]:
    """Describe every shape with one example, rare ones first.

    Args:
        explanation: The shapes, with their reasons.
        changes: The files that change, those of the explanation.
        decisions: What was refused.
    """
    contents = {change.path: change for change in changes}
    places = place_changes(explanation, decisions)
    return [_shape(shape, contents=contents, places=places, decisions=decisions) for shape in explanation.shapes]


def describe_hunks(
    change: FileChange,
    explanation: Explanation,
    *,
    decisions: Decisions | None = None,
    places: Places | None = None,
) -> list[Json]:
    """Describe the hunks of one file, each with the changes in it.

    Args:
        change: The file before and after.
        explanation: The shapes of the whole run, with their reasons.
        decisions: What was refused.
        places: What ``place_changes`` gives, where more than one file is described.
    """
    found = place_changes(explanation, decisions) if places is None else places
    reading = _reading(change, found.get(change.path, ()))
    return [_hunk(hunk, reading) for hunk in find_hunks(change)]


def decision_on(decisions: Decisions | None, *, shape: str = "", path: str = "", key: str = "") -> str | None:
    """Say whether a shape, a file or a change was refused: ``"no"`` or ``None``."""
    if decisions is None:
        return None
    is_refused = shape in decisions.shapes or path in decisions.files or key in decisions.changes
    return "no" if is_refused else None


def _shape(
    explained: ExplainedShape,
    *,
    contents: Mapping[str, FileChange],
    places: Places,
    decisions: Decisions | None,
) -> Json:
    shape, reason = explained.shape, explained.reason
    path = shape.example.path
    reading = _reading(contents[path], places.get(path, ()))
    return {
        "id": shape.signature,
        "before": shape.before,
        "after": shape.after,
        "count": shape.count,
        "paths": [portable_text(each) for each in shape.paths],
        "varying": [{"name": name, "examples": list(examples)} for name, examples in shape.varying],
        "methods": [method.name for method in reason.methods],
        "rules": list(reason.rules),
        "cases": [portable_text(case) for case in reason.cases],
        "example": {"path": portable_text(path), "hunk": _hunk(shape.example.hunk, reading)},
        "decision": decision_on(decisions, shape=shape.signature),
    }


def _change(explained: ExplainedChange, decisions: Decisions | None) -> Json:
    change, reason = explained.change, explained.reason
    return {
        "shape": change.signature,
        "key": explained.key,
        "methods": [method.name for method in reason.methods],
        "cases": [portable_text(case) for case in reason.cases],
        "decision": decision_on(decisions, shape=change.signature, path=change.path, key=explained.key),
    }


def _reading(change: FileChange, located: Sequence[Located]) -> _Reading:
    encodings = decoder_of(change.before), decoder_of(change.after)
    return _Reading(encodings=encodings, ending=shared_ending(change), changes=located)


def _hunk(hunk: Hunk, reading: _Reading) -> Json:
    start = hunk.before_start - (hunk.before_count > 0)
    within = range(start, start + hunk.before_count + 1)
    return {
        "before": hunk.before_start,
        "after": hunk.after_start,
        "heading": show_bytes(hunk.heading, encoding=reading.encodings[0]),
        "lines": [line for told in _passages(hunk.lines, reading) for line in told],
        "changes": [located.told for located in reading.changes if located.before in within],
    }


def _passages(lines: Sequence[Line], reading: _Reading) -> Iterator[list[Json]]:
    for is_equal, passage in groupby(lines, lambda line: line.kind == "context"):
        told = [_line(line, reading) for line in passage]
        if not is_equal:
            _mark_words(told)
        yield told


def _line(line: Line, reading: _Reading) -> Json:
    text = reading.text(line)
    return {"kind": line.kind, "text": text, "marks": [], "newline": line.content.endswith(b"\n")}


def _mark_words(lines: list[Json]) -> None:
    """Mark what differs within lines that became others."""
    sides = [[line for line in lines if line["kind"] == kind] for kind in ("removed", "added")]
    spans = emphasise_lines(*([line["text"] for line in side] for side in sides))
    for side, found in zip(sides, spans, strict=True):
        for line, marks in zip(side, found, strict=True):
            line["marks"] = [list(mark) for mark in marks]


def _first_line(hunk: Hunk) -> int:
    """Give the line of the text before, 0-based, at which a hunk begins to differ."""
    context = next(index for index, line in enumerate(hunk.lines) if line.kind != "context")
    return hunk.before_start - (hunk.before_count > 0) + context
