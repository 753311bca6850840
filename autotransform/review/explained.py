"""Shapes and reasons as plain values for the reports that other programs read; decisions are no part of these."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeAlias

from autotransform.review.described import describe_shapes
from autotransform.review.reasons.rules import list_rules
from autotransform.review.reasons.why import explain
from autotransform.review.text import encode_path, portable_text
from autotransform.script.methods import find_methods

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from autotransform.review.hunks import FileChange, Hunk
    from autotransform.review.reasons.why import ExplainedChange, Explanation, Reason
    from autotransform.script import Script

__all__ = [
    "changes_to_json",
    "explain",
    "find_lines",
    "parts_to_json",
    "reason_to_json",
    "shapes_to_json",
    "sorted_changes",
]

#: What ``json.dumps`` takes.
Json: TypeAlias = dict[str, Any]


def parts_to_json(script: Script) -> Json:
    """Tell what the reasons of changes refer to: the rules of a script, and its methods."""
    return {
        "rules": [portable_text(rule) for rule in list_rules(script.rules)],
        "methods": [
            {"name": method.name, "first": method.first, "last": method.last} for method in find_methods(script.source)
        ],
    }


def shapes_to_json(explanation: Explanation, changes: Sequence[FileChange]) -> list[Json]:
    """Describe every shape with one example, rare ones first."""
    return [_without_decisions(shape) for shape in describe_shapes(explanation, changes)]


def changes_to_json(explanation: Explanation) -> dict[str, list[Json]]:
    """Describe every change by the path of its file, in the order in which they stand there."""
    told: dict[str, list[tuple[int, Json]]] = {}
    for change in sorted_changes(explanation):
        line, _ = find_lines(change.change.hunk)
        one = {"line": line, "shape": change.change.signature, "key": change.key, **reason_to_json(change.reason)}
        told.setdefault(change.change.path, []).append((line, one))
    return {path: [one for _, one in found] for path, found in told.items()}


def sorted_changes(explanation: Explanation) -> Iterator[ExplainedChange]:
    """Give every change by path and line; those of one line by shape and key."""
    every = [change for shape in explanation.shapes for change in shape.changes]
    return iter(
        sorted(
            every,
            key=lambda each: (
                encode_path(each.change.path),
                find_lines(each.change.hunk),
                each.change.signature,
                each.key,
            ),
        )
    )


def reason_to_json(reason: Reason) -> Json:
    """Tell which methods and rules stand behind a change; the cases are those of its shape."""
    return {"methods": [portable_text(method.name) for method in reason.methods], "rules": [*reason.rules]}


def find_lines(hunk: Hunk) -> tuple[int, int]:
    """Give the first and the last line of the text before, 1-based, that differ; of what is inserted, what it moves."""
    kinds = [line.kind for line in hunk.lines]
    above = next(index for index, kind in enumerate(kinds) if kind != "context")
    below = next(index for index, kind in enumerate(reversed(kinds)) if kind != "context")
    first = hunk.before_start + (hunk.before_count == 0) + above
    return first, max(first, hunk.before_start + hunk.before_count - 1 - below)


def _without_decisions(shape: Json) -> Json:
    """Leave out what is decided, and of the example's changes what is told with the file."""
    told = {key: value for key, value in shape.items() if key != "decision"}
    hunk = {key: value for key, value in told["example"]["hunk"].items() if key != "changes"}
    methods = [portable_text(name) for name in told["methods"]]
    return {**told, "methods": methods, "example": {**told["example"], "hunk": hunk}}
