"""What a branch says about how it was made: the word of whoever wrote it, and no more, until a run bears it out.

Nothing here names a program to run, and everything has a bound.
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from autotransform.errors import RepositoryError, UsageError
from autotransform.publish.branches.record import BASE_TRAILER, INPUTS_TRAILER, SCRIPT_TRAILER, Record, read_record
from autotransform.publish.splitting.dividing import read_division
from autotransform.review.decisions import Decisions, read_decisions

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from autotransform.publish.splitting.dividing import Division
    from autotransform.repository import CommitInfo

#: Characters of a message in which a record is looked for, of one line of it, and of one word.
_LONGEST_MESSAGE, _LONGEST_LINE, _LONGEST_WORD = 1_000_000, 500_000, 4_096
_MOST_RECORDS = 100
#: How long each list may be.
_MOST = {"paths": 2_000, "include": 1_000, "exclude": 1_000, "source_roots": 100, "dropped": 20_000, "arguments": 100}
_VERSIONS = ("autotransform", "libcst", "python")
_FLAGS = ("strict", "gate")
_KNOWN = frozenset({*_MOST, *_VERSIONS, *_FLAGS, "entry", "formatter", "part", "refused"})

_LINE = re.compile(rf"^({SCRIPT_TRAILER}|{BASE_TRAILER}|{INPUTS_TRAILER}): ([^\r\n]*)\r?$", re.MULTILINE)
_DIGEST = re.compile(r"[0-9a-f]{64}")
_PAIR = 2


class UnprovableError(RepositoryError):
    """Nothing can be said of a branch: it has no record that can be carried out, or the clone lacks what it takes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What a record says, each of it of the right kind and bounded."""

    record: Record
    #: The newest commit that says so.
    commit: CommitInfo
    paths: tuple[str, ...] = ()
    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    source_roots: tuple[str, ...] = ()
    arguments: tuple[tuple[str, str], ...] = ()
    #: The class to run; empty: the script's only one.
    entry: str = ""
    strict: bool = False
    is_gated: bool = True
    #: Files that the project's own tests refused.
    dropped: tuple[str, ...] = ()
    #: As the record has it; see `formatters.read_formatter`.
    formatter: Mapping[str, str] | None = None
    #: How the whole was divided, and which part of it this is.
    division: tuple[Division, str] | None = None
    #: What a person refused of the change.
    refused: Decisions = field(default_factory=Decisions)
    #: Of us, LibCST and Python.
    versions: tuple[tuple[str, str], ...] = ()


def find_claim(commits: Iterable[CommitInfo]) -> Claim:
    """Find what the commits of a branch say of how they were made.

    Args:
        commits: Newest first.

    Raises:
        UnprovableError: They say nothing, several things, or something that cannot be carried out.
    """
    found: dict[str, tuple[Record, CommitInfo]] = {}
    for commit in commits:
        for record in find_records(commit):
            found.setdefault(str(record), (record, commit))
    if not found:
        raise UnprovableError(
            "No commit here says that AutoTransform made it.",
            hint="Name a branch that `autotransform apply` made. Where its messages were lost, make it again.",
        )
    if len(found) > 1:
        shown = tuple(f"{commit.sha[:12]} {record.script_path[:200]}" for record, commit in found.values())
        raise UnprovableError(
            f"The commits here say {len(found)} different things about how they were made.",
            details=shown[:10],
            hint="Verify one at a time, each by its SHA and with --base the commit below it; or make the branch again.",
        )
    ((record, commit),) = found.values()
    return read_claim(record, commit)


def find_records(commit: CommitInfo) -> tuple[Record, ...]:
    """Find the records in a message: also where merging by squashing left them in the middle, each once."""
    if len(commit.message) > _LONGEST_MESSAGE:
        return ()
    values: dict[str, list[str]] = {SCRIPT_TRAILER: [], BASE_TRAILER: [], INPUTS_TRAILER: []}
    for key, value in _LINE.findall(commit.message):
        values[key].append(value.strip())
    rows = list(zip(*values.values(), strict=False))[:_MOST_RECORDS]
    records = {}
    for row in rows:
        trailers = {key: (value,) for key, value in zip(values, row, strict=True)}
        is_bounded = all(len(value) <= _LONGEST_LINE for value in row)
        if is_bounded and (record := read_record(replace(commit, trailers=trailers))):
            records[str(record)] = record
    return tuple(records.values())


def read_claim(record: Record, commit: CommitInfo) -> Claim:
    """Read a record as something that can be carried out.

    Raises:
        UnprovableError: It is not, or not by this version.
    """
    inputs = record.inputs
    if unknown := sorted(set(inputs) - _KNOWN):
        raise UnprovableError(
            f"The record of {commit.sha[:12]} names inputs that this version does not know.",
            details=tuple(ascii(key)[:100] for key in unknown[:10]),
            hint="A newer AutoTransform made it: install that one, then run the command again.",
        )
    if not _DIGEST.fullmatch(record.digest):
        raise _malformed("script")
    return Claim(
        record=record,
        commit=commit,
        paths=_read_words(inputs, "paths"),
        include=_read_words(inputs, "include"),
        exclude=_read_words(inputs, "exclude"),
        source_roots=_read_words(inputs, "source_roots"),
        dropped=_read_words(inputs, "dropped"),
        arguments=_read_arguments(inputs),
        entry=_read_word(inputs, "entry"),
        strict=_read_flag(inputs, "strict", default=False),
        is_gated=_read_flag(inputs, "gate", default=True),
        formatter=_read_formatter(inputs),
        division=_read_part(inputs),
        refused=_read_refused(inputs),
        versions=tuple((key, _read_word(inputs, key)) for key in _VERSIONS),
    )


def _malformed(key: str) -> UnprovableError:
    return UnprovableError(
        f"The record cannot be read: {key!r} is not what we write there.", hint="Make the branch again."
    )


def _read_words(inputs: Mapping[str, Any], key: str) -> tuple[str, ...]:
    value = inputs.get(key, [])
    if not isinstance(value, list) or len(value) > _MOST[key]:
        raise _malformed(key)
    return tuple(_checked(word, key) for word in value)


def _read_word(inputs: Mapping[str, Any], key: str) -> str:
    return _checked(inputs.get(key, ""), key)


def _checked(word: object, key: str) -> str:
    if not isinstance(word, str) or len(word) > _LONGEST_WORD or "\0" in word:
        raise _malformed(key)
    try:
        os.fsencode(word)
    except UnicodeEncodeError:  # half of a letter, which no argument and no path can hold
        raise _malformed(key) from None
    return word


def _read_flag(inputs: Mapping[str, Any], key: str, *, default: bool) -> bool:
    value = inputs.get(key, default)
    if not isinstance(value, bool):
        raise _malformed(key)
    return value


def _read_arguments(inputs: Mapping[str, Any]) -> tuple[tuple[str, str], ...]:
    value = inputs.get("arguments", [])
    if not isinstance(value, list) or len(value) > _MOST["arguments"]:
        raise _malformed("arguments")
    if not all(isinstance(pair, list) and len(pair) == _PAIR for pair in value):
        raise _malformed("arguments")
    return tuple((_checked(name, "arguments"), _checked(text, "arguments")) for name, text in value)


def _read_formatter(inputs: Mapping[str, Any]) -> Mapping[str, str] | None:
    value = inputs.get("formatter")
    if value is None:
        return None
    if not isinstance(value, dict) or not set(value) <= {"name", "command", "version"}:
        raise _malformed("formatter")
    return {key: _checked(value[key], "formatter") for key in sorted(value)}


def _read_refused(inputs: Mapping[str, Any]) -> Decisions:
    try:
        return read_decisions(inputs.get("refused", []))
    except ValueError:
        raise _malformed("refused") from None


def _read_part(inputs: Mapping[str, Any]) -> tuple[Division, str] | None:
    try:
        return read_division(inputs.get("part"))
    except UsageError as error:
        raise UnprovableError(error.message, hint=error.hint) from None
