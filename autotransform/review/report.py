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
    from collections.abc import Iterable

    from autotransform.engine import Breach, FileWords, Outcome, Site, Word
    from autotransform.review.hunks import FileChange
    from autotransform.script import Script

#: The number that goes up when a reader written for the number before would misread the report.
SCHEMA = 1

#: What ``json.dumps`` takes.
Json: TypeAlias = dict[str, Any]


def to_json(run: Run, changes: Iterable[FileChange] | None = None, *, script_path: str = "") -> Json:
    """Describe a run as plain values for ``json.dumps``, files in path order.

    Args:
        run: What to describe.
        changes: The changed files with their contents; without them the counts of lines are ``None``.
        script_path: Where the script was found, relative to the root where it is under it.
    """
    stats = {file.path: file for file in stat(changes)} if changes is not None else None
    return {
        "schema": SCHEMA,
        "script": _script(run.script, path=script_path),
        "base": run.base or None,
        "counts": {**asdict(count(run)), **_lines(stats.values() if stats is not None else None)},
        "strict": run.strict,
        "files": [_file(outcome, stats=stats) for outcome in run.outcomes],
        "unread": [_unread(file) for file in run.unread],
    }


def _script(script: Script, *, path: str) -> Json:
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
        "path": portable_text(path),
        **_path_bytes(path),
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


def _path_bytes(path: str) -> Json:
    """Add the name's bytes where it is not UTF-8, as JSON cannot say it."""
    if portable_text(path) == path:
        return {}
    return {"path_base64": base64.b64encode(encode_path(path)).decode()}


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
        "path": portable_text(file.path),
        **_path_bytes(file.path),
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
