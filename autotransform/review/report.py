"""A run as JSON for other programs. The keys are documented in ``docs/reference/json.md``.

``preview.schema.json`` beside this module is the same as a JSON Schema. A key is never renamed or removed, nor its
meaning changed, without a new number in ``schema``; new keys may come at any time.
"""

from __future__ import annotations

import base64
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, TypeAlias

from autotransform.engine import Changed, Failed, Run, Skipped, Unchanged
from autotransform.review.diffstat import FileStat, stat
from autotransform.review.summary import count
from autotransform.review.text import encode_path, portable_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from autotransform.engine import Breach, FileWords, Outcome, Site, Word
    from autotransform.review.hunks import FileChange
    from autotransform.review.reasons.why import Explanation
    from autotransform.script import Script

#: The number that goes up when a reader written for the number before would misread the report.
SCHEMA = 1

#: What ``json.dumps`` takes.
Json: TypeAlias = dict[str, Any]


def to_json(
    run: Run,
    changes: Sequence[FileChange] | None = None,
    *,
    script_path: str = "",
    explanation: Explanation | None = None,
) -> Json:
    """Describe a run as plain values for ``json.dumps``, files in path order, with its shapes and their reasons.

    Args:
        run: What to describe.
        changes: The changed files with their contents, in path order; without them the counts of lines, the shapes and
            the changes of files are ``None``.
        script_path: Where the script was found, relative to the root where it is under it.
        explanation: What ``explain`` says of the same run and changes, where somebody has asked already.
    """
    from autotransform.review import explained  # noqa: PLC0415 - most commands explain nothing

    if explanation is None and changes is not None:
        explanation = explained.explain(run, changes)
    report = run_to_json(run, changes, script_path=script_path)
    told = explained.changes_to_json(explanation) if explanation is not None else None
    files = [
        {**file, "changes": told.get(outcome.path, []) if told is not None else None}
        for file, outcome in zip(report["files"], run.outcomes, strict=True)
    ]
    shapes = explained.shapes_to_json(explanation, changes) if explanation is not None and changes is not None else None
    script = {**report["script"], **explained.parts_to_json(run.script)}
    return {**report, "script": script, "shapes": shapes, "files": files}


def run_to_json(run: Run, changes: Iterable[FileChange] | None = None, *, script_path: str = "") -> Json:
    """Describe a run likewise, without its shapes."""
    stats = {file.path: file for file in stat(changes)} if changes is not None else None
    return {
        "schema": SCHEMA,
        "script": script_to_json(run.script, path=script_path),
        "base": run.base or None,
        "counts": {**asdict(count(run)), **_lines(stats.values() if stats is not None else None)},
        "strict": run.strict,
        "files": [_file(outcome, stats=stats) for outcome in run.outcomes],
        "unread": [_unread(file) for file in run.unread],
    }


def script_to_json(script: Script, *, path: str) -> Json:
    """Describe a script: what it is called, where it was found, who wrote it."""
    return {
        "name": script.name,
        "path": portable_text(path),
        "digest": script.digest,
        "summary": portable_text(script.summary),
        "request": portable_text(script.request),
        "model": portable_text(script.provenance.model) if script.provenance else "",
        "edited": script.is_edited,
    }


def _file(outcome: Outcome, *, stats: dict[str, FileStat] | None) -> Json:
    path = outcome.path
    file = stats.get(path, FileStat(path=path, insertions=0, deletions=0)) if stats is not None else None
    return {
        **path_to_json(path),
        **_said(outcome),
        **_lines([file] if file else None),
    }


def _said(outcome: Outcome) -> Json:
    status, reason, detail = "unchanged", "", ""
    sites: tuple[Site, ...] = ()
    warnings: tuple[str, ...] = ()
    words: tuple[Word, ...] = ()
    breaches: tuple[Breach, ...] = ()
    match outcome:
        case Changed():
            status, sites, warnings, words = "changed", outcome.sites, outcome.warnings, outcome.words
            breaches = outcome.breaches
        case Unchanged():
            sites, warnings, words = outcome.sites, outcome.warnings, outcome.words
        case Skipped():
            status, reason = "skipped", outcome.reason
        case Failed():
            status, reason, detail = "failed", outcome.reason, outcome.detail
    return {
        "status": status,
        "reason": portable_text(reason),
        "detail": portable_text(detail),
        "sites": [_site(site) for site in sites],
        "warnings": [portable_text(text) for text in warnings],
        "breaches": [
            {"line": breach.line, "kind": breach.kind, "message": portable_text(breach.message)} for breach in breaches
        ],
        "words": [_word(word) for word in words],
    }


def path_to_json(path: str) -> Json:
    """Name a file; where its name is not UTF-8, which JSON cannot say, with its bytes as well."""
    told = portable_text(path)
    if told == path:
        return {"path": path}
    return {"path": told, "path_base64": base64.b64encode(encode_path(path)).decode()}


def _site(site: Site) -> Json:
    return {
        "line": site.line,
        "column": site.column,
        "status": site.status,
        "reason": portable_text(site.reason),
        "by": portable_text(site.by),
        "words": site.words,
    }


def _word(word: Word) -> Json:
    return {
        "line": word.line,
        "column": word.column,
        "name": portable_text(word.name),
        "fate": word.fate,
        "why": portable_text(word.why),
    }


def _unread(file: FileWords) -> Json:
    return {
        **path_to_json(file.path),
        "words": [_word(word) for word in file.words],
    }


def _lines(files: Iterable[FileStat] | None) -> Json:
    if files is None:
        return {"insertions": None, "deletions": None}
    counted = [*files]
    return {
        "insertions": sum(file.insertions for file in counted),
        "deletions": sum(file.deletions for file in counted),
    }
