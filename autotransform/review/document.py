"""A run as one document that the report and the review page read. Its keys are in ``docs/how-to/report.md``.

A key is never renamed or removed, nor its meaning changed, without a new number in ``schema``.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from autotransform.review.described import Json, decision_on, describe_hunks, describe_shapes, place_changes
from autotransform.review.report import run_to_json
from autotransform.review.text import portable_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autotransform.engine import Run
    from autotransform.review.decisions import Decisions
    from autotransform.review.hunks import FileChange
    from autotransform.review.reasons.why import Explanation
    from autotransform.script import Script
    from autotransform.script.methods import Method

__all__ = ["Json", "describe_hunks", "describe_review", "describe_script", "describe_shapes", "place_changes"]

#: The number that goes up when a reader written for the number before would misread the document.
SCHEMA = 1


def describe_review(
    explanation: Explanation,
    run: Run,
    changes: Sequence[FileChange],
    *,
    script_path: str = "",
    decisions: Decisions | None = None,
) -> Json:
    """Describe a run for a person to judge: everything but the hunks, of which only one example a shape is in it.

    Args:
        explanation: What ``explain`` says about the same run and changes.
        run: What was done.
        changes: The changed files with their contents, in path order.
        script_path: Where the script was found, relative to the root where it is under it.
        decisions: What was refused.
    """
    report = run_to_json(run, changes, script_path=script_path)
    shapes_of = _shapes_by_path(explanation)
    return {
        "schema": SCHEMA,
        "script": {**report["script"], **describe_script(run.script, explanation)},
        "base": report["base"],
        "counts": report["counts"],
        "strict": report["strict"],
        "shapes": describe_shapes(explanation, changes, decisions=decisions),
        "files": [
            {**file, "shapes": shapes_of.get(outcome.path, []), "decision": decision_on(decisions, path=outcome.path)}
            for file, outcome in zip(report["files"], run.outcomes, strict=True)
        ],
        "unread": report["unread"],
    }


def describe_script(script: Script, explanation: Explanation) -> Json:
    """Describe what a person reads of a script: its rules, source, methods and cases."""
    return {
        "rules": [portable_text(rule) for rule in explanation.rules],
        "source": portable_text(script.source),
        "methods": _methods(explanation),
        "cases": [
            {
                "name": portable_text(case.name),
                "before": portable_text(case.before),
                "after": None if case.after is None else portable_text(case.after),
                "line": case.line,
            }
            for case in script.cases
        ],
    }


def _methods(explanation: Explanation) -> list[Json]:
    """Tell of the methods of the script, and the import helpers that it calls in one place, what each made."""
    changes: Counter[Method] = Counter()
    shapes: dict[Method, dict[str, None]] = {}
    for explained in explanation.shapes:
        for change in explained.changes:
            for method in change.reason.methods:
                changes[method] += 1
                shapes.setdefault(method, {})[explained.shape.signature] = None
    every = {*explanation.methods, *(method for method in changes if method.first)}
    return [
        {
            "name": method.name,
            "first": method.first,
            "last": method.last,
            "changes": changes[method],
            "shapes": list(shapes.get(method, ())),
        }
        for method in sorted(every, key=lambda method: (method.first, method.last, method.name))
    ]


def _shapes_by_path(explanation: Explanation) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for explained in explanation.shapes:
        for path in explained.shape.paths:
            found.setdefault(path, []).append(explained.shape.signature)
    return found
