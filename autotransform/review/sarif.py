"""A run as SARIF 2.1.0, which GitHub's code scanning and editors read: one result for each place that would change.

Everything that comes from a file or a script is escaped: in a message, brackets would make a link and braces would take
an argument; in an address, what is not plain is percent-encoded.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import quote

from autotransform import __version__
from autotransform.review.explained import explain, find_lines, reason_to_json, sorted_changes
from autotransform.review.marks import Leftover, Place, find_leftovers, find_places
from autotransform.review.text import encode_path, portable_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from autotransform.engine import Run
    from autotransform.review.hunks import FileChange
    from autotransform.review.reasons.why import ExplainedChange, Explanation
    from autotransform.script import Script

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"

#: What code scanning takes of one run; beyond, it refuses the whole file.
MOST_RESULTS = 25_000
#: Of what went wrong outside any result.
_MOST_NOTIFICATIONS = 1_000
#: Characters of a passage that is shown.
_LONGEST = 2_000

#: Characters of a rule that a message holds, and how many rules.
_LONGEST_RULE, _MOST_RULES = 200, 3

#: Says when what tells two results apart becomes something else.
_FINGERPRINT = "autotransform/v1"
_ROOT = "%SRCROOT%"
_ESCAPES = str.maketrans({"\\": "\\\\", "[": "\\[", "]": "\\]", "{": "{{", "}": "}}"})

#: A passage of code in Markdown. What stands between is escaped, backslashes as well: one undoes a backquote.
_CODE = re.compile(r"((?<!`)(?:`[^`\n]+`|``[^`\n]+``)(?!`))")
_MARKUP = re.compile(r"[\\\[\]<>`]")

#: What ``json.dumps`` takes.
Json: TypeAlias = dict[str, Any]


def to_sarif(run: Run, changes: Sequence[FileChange], *, explanation: Explanation | None = None) -> Json:
    """Describe a run as plain values for ``json.dumps``: results by path and line, what would change first.

    Args:
        run: What to describe.
        changes: The changed files with their contents.
        explanation: What ``explain`` says of the same run and changes, where somebody has asked already.
    """
    name = run.script.name
    why = _Why(explanation or explain(run, changes))
    places, leftovers = [*find_places(changes)], [*find_leftovers(run)]
    results = [
        *_with_fingerprints((_change_result(run.script, place, why=why), place) for place in places),
        *_with_fingerprints((_leftover_result(name, leftover), leftover) for leftover in leftovers),
    ]
    left_out = len(results) - MOST_RESULTS
    return {
        "$schema": SCHEMA,
        "version": "2.1.0",
        "runs": [
            {
                "tool": {"driver": _driver(run.script)},
                "automationDetails": {"id": f"autotransform/{name}/"},
                "columnKind": "unicodeCodePoints",
                "originalUriBaseIds": {_ROOT: {"description": {"text": "The root of the repository."}}},
                "invocations": [_invocation(run, left_out=max(0, left_out))],
                "properties": {"counts": _counts(run, leftovers=len(leftovers)), "rules": why.rules},
                "results": results[:MOST_RESULTS],
            }
        ],
    }


class _Why:
    """What stands behind each place, found by its lines."""

    def __init__(self, explanation: Explanation) -> None:
        self.rules = [portable_text(rule) for rule in explanation.rules]
        self._openings = [f"{rule[:_LONGEST_RULE]}…" if len(rule) > _LONGEST_RULE else rule for rule in self.rules]
        self._changes: dict[str, dict[int, list[ExplainedChange]]] = {}
        for change in sorted_changes(explanation):
            lines = self._changes.setdefault(change.change.path, {})
            first, last = find_lines(change.change.hunk)
            for line in range(first, last + 1):
                lines.setdefault(line, []).append(change)

    def describe(self, place: Place) -> Json:
        """Give the shapes, methods and rules of a place as the properties of a result."""
        told = [{"shapes": [each.change.signature], **reason_to_json(each.reason)} for each in self._find(place)]
        names = ("shapes", "methods", "rules")
        return {name: [*dict.fromkeys(part for one in told for part in one[name])] for name in names}

    def say(self, told: Json) -> str:
        """Put into a sentence what is known of a place."""
        shapes, methods = told["shapes"], ", ".join(told["methods"])
        parts = [f"Shape {', '.join(shapes)}"] if shapes else []
        parts += [f"made by {methods}"] if methods else []
        said = f"{', '.join(parts)}." if parts else ""
        rules = " ".join(self._openings[rule] for rule in told["rules"][:_MOST_RULES])
        return "\n\n".join(part for part in (said, rules) if part)

    def _find(self, place: Place) -> Iterator[ExplainedChange]:
        lines = self._changes.get(place.path, {})
        found = {change.key: change for line in _lines_of(place) for change in lines.get(line, ())}
        return iter(found.values())


def _lines_of(place: Place) -> Iterable[int]:
    return (place.line,) if place.is_insertion else range(place.line, place.last_shown + 1)


def _counts(run: Run, *, leftovers: int) -> dict[str, int]:
    """Count files, and places that are left, the ones left out included."""
    changed, skipped, failed = len(run.changed), len(run.skipped), len(run.failed)
    return {"changed": changed, "skipped": skipped, "failed": failed, "leftovers": leftovers}


def _driver(script: Script) -> Json:
    rules = [
        _rule(script.name, summary=script.summary, text=_told(script), level="warning"),
        _rule(
            f"{script.name}/left-over",
            summary=f"What {script.name} leaves for a person to decide",
            text="The transform does not change this place, and cannot tell that it is right as it is. Change it by"
            " hand, teach the transform, or mark the line with `# autotransform: skip`.",
            level="note",
        ),
    ]
    return {
        "name": "AutoTransform",
        "semanticVersion": __version__,
        "rules": rules,
    }


def _told(script: Script) -> str:
    rules = script.rules.strip().replace("``", "`")
    mend = f"`autotransform apply {script.name}` makes the change."
    return "\n\n".join(part for part in (rules, mend) if part)


def _rule(name: str, *, summary: str, text: str, level: str) -> Json:
    return {
        "id": name,
        "shortDescription": _message(summary or name),
        "fullDescription": _message(summary or name),
        "help": {**_message(text), "markdown": _plain_markdown(portable_text(text))},
        "defaultConfiguration": {"level": level},
        "properties": {"tags": ["maintainability"]},
    }


def _plain_markdown(text: str) -> str:
    """Keep of a text's markup what shows code: no link, picture or element."""
    # Where a backquote is left over, it may pair with another one across lines, and what we take for code is none.
    if "`" in _CODE.sub("", text):
        return _MARKUP.sub(r"\\\g<0>", text)
    parts = _CODE.split(text)
    return "".join(part if index % 2 else _MARKUP.sub(r"\\\g<0>", part) for index, part in enumerate(parts))


def _invocation(run: Run, *, left_out: int) -> Json:
    notifications = [
        *(_notification("error", f"The transform failed: {failed.reason}", path=failed.path) for failed in run.failed),
        *(_notification("warning", f"Skipped: {skipped.reason}", path=skipped.path) for skipped in run.skipped),
    ]
    more = len(notifications) - _MOST_NOTIFICATIONS
    notifications = notifications[:_MOST_NOTIFICATIONS]
    if more > 0:
        notifications.append(_notification("warning", f"{more} more files failed or were skipped."))
    if left_out:
        notifications.append(_notification("warning", f"{left_out} more results were left out."))
    return {"executionSuccessful": not run.failed, "toolExecutionNotifications": notifications}


def _notification(level: str, text: str, *, path: str = "") -> Json:
    where = {"locations": [{"physicalLocation": {"artifactLocation": _artifact(path)}}]} if path else {}
    return {"level": level, "message": _message(text), **where}


def _change_result(script: Script, place: Place, *, why: _Why) -> Json:
    told = why.describe(place)
    summary = script.summary or f"{script.name} would change this."
    region: Json = {"startLine": place.first_shown}
    if not place.is_insertion:
        region |= {"startColumn": place.column, "endLine": place.end_line, "endColumn": place.end_column}
    if 0 < len(place.before) <= _LONGEST:
        region["snippet"] = {"text": portable_text(place.before)}
    result: Json = {
        "ruleId": script.name,
        "ruleIndex": 0,
        "level": "warning",
        "message": _message("\n\n".join(part for part in (summary, why.say(told)) if part)),
        "locations": [{"physicalLocation": {"artifactLocation": _artifact(place.path), "region": region}}],
        "properties": told,
    }
    return result | _fix(place)


def _fix(place: Place) -> Json:
    """Say what the place becomes, for readers that can put it there; nothing where it is no text or too long."""
    if max(len(place.before), len(place.after)) > _LONGEST or portable_text(place.after) != place.after:
        return {}
    replacement: Json = {
        "deletedRegion": {
            "startLine": place.line,
            "startColumn": place.column,
            "endLine": place.end_line,
            "endColumn": place.end_column,
        }
    }
    if place.after:
        replacement["insertedContent"] = {"text": place.after}
    change = {"artifactLocation": _artifact(place.path), "replacements": [replacement]}
    return {"fixes": [{"artifactChanges": [change]}]}


def _leftover_result(name: str, leftover: Leftover) -> Json:
    region = {"startLine": leftover.line, "startColumn": leftover.column}
    return {
        "ruleId": f"{name}/left-over",
        "ruleIndex": 1,
        "level": "note",
        "message": _message(f"Left as it is: {leftover.why}" if leftover.why else "Left as it is; nobody said why."),
        "locations": [{"physicalLocation": {"artifactLocation": _artifact(leftover.path), "region": region}}],
    }


def _with_fingerprints(results: Iterable[tuple[Json, Place | Leftover]]) -> list[Json]:
    """Give each result what tells it from the others, and stays when the lines above it move."""
    met: Counter[str] = Counter()
    marked = []
    for result, found in results:
        parts = (result["ruleId"], *found.identity)
        digest = hashlib.sha256("\0".join(parts).encode("utf-8", "surrogatepass")).hexdigest()[:32]
        met[digest] += 1
        marked.append({**result, "partialFingerprints": {_FINGERPRINT: f"{digest}:{met[digest]}"}})
    return marked


def _artifact(path: str) -> Json:
    """Name a file by its address relative to the root, for which `uriBaseId` stands."""
    return {"uri": quote(encode_path(path), safe="/"), "uriBaseId": _ROOT}


def _message(text: str) -> Json:
    return {"text": portable_text(text).translate(_ESCAPES)}
