"""What nobody wants of a transform, in a file that is committed: it holds in CI, and in every clone.

Whoever sends a repository may have written it. It can leave changes out, and nothing else; what we would not write
ourselves stops the run, for nobody could tell then what was to be left out.
"""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from autotransform.errors import ConfigError
from autotransform.publish.decisions.answers import load_answers
from autotransform.publish.decisions.committed import LARGEST, describe_place, find_content
from autotransform.review.decisions import Decisions, read_decisions, write_decisions

if TYPE_CHECKING:
    from collections.abc import Mapping

    from autotransform.repository import Repository
    from autotransform.review import Explanation
    from autotransform.run import Selection

_SCHEMA = 1
_KEYS = {"schema", "script", "refused", "comments"}
_MOST_COMMENTED, _LONGEST_COMMENT = 2_000, 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusals:
    """What a run leaves out."""

    #: For everybody: it stands in the repository's file.
    shared: Decisions = field(default_factory=Decisions)
    #: In this clone.
    own: Decisions = field(default_factory=Decisions)

    @property
    def all(self) -> Decisions:
        """Either."""
        return self.shared | self.own


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedFile:
    """What the file holds."""

    refused: Decisions = field(default_factory=Decisions)
    #: Of signatures and keys, what they stand for: ``before``, ``after``, ``path``. For people; nothing depends on it.
    comments: Mapping[str, Mapping[str, str]] = field(default_factory=dict)


def load_refusals(repository: Repository | None, selection: Selection, name: str) -> Refusals:
    """Join what the repository's file refuses, as a run reads it, with what was refused in this clone.

    Raises:
        ConfigError: The file is not what we write.
        RepositoryError: One of them cannot be read.
    """
    return Refusals(shared=load_shared(selection, name), own=load_answers(repository, name).refused)


def load_shared(selection: Selection, name: str) -> Decisions:
    """Read what the repository's file refuses, where the files of a run are read.

    Raises:
        ConfigError: The file is not what we write.
        RepositoryError: It cannot be read.
    """
    content = find_content(selection, name)
    if content is None:
        return Decisions()
    return parse_shared(content, name=name, origin=describe_place(selection, name)).refused


def parse_shared(content: bytes, *, name: str, origin: str) -> SharedFile:
    """Read the bytes of a file.

    Args:
        content: The bytes.
        name: Of the transform.
        origin: What the file is called in messages.

    Raises:
        ConfigError: It is not what we write.
    """
    try:
        return _read(json.loads(content), name=name)
    except (ValueError, RecursionError) as error:
        why = str(error) if isinstance(error, _NotOursError) else "it is not what we write there"
        raise ConfigError(
            f"{origin} says what is refused, and cannot be used: {why}.",
            hint="Mend it, or take it away: until then nobody can tell what to leave out.",
        ) from error


def format_shared(shared: SharedFile, *, name: str) -> bytes:
    """Give the bytes of a file; the same for the same refusals and comments. Of very many, without comments.

    Raises:
        ConfigError: They are too many to be read again.
    """
    known = shared.refused.shapes | shared.refused.changes
    known = known if len(known) <= _MOST_COMMENTED else frozenset()
    told = {
        "schema": _SCHEMA,
        "script": name,
        "refused": write_decisions(shared.refused),
        "comments": {key: dict(shared.comments[key]) for key in sorted(known & shared.comments.keys())},
    }
    # Whatever is not ASCII is an escape: no letter of somebody's source can pretend to be another in a review.
    content = (json.dumps(told, indent=2) + "\n").encode()
    if len(content) > LARGEST:
        raise ConfigError(f"What is refused of {name} is too much for one file.", hint="Mend the script instead.")
    return content


def comment_on(explanation: Explanation) -> dict[str, dict[str, str]]:
    """Say of each shape and each change of a run what becomes of what."""
    comments = {}
    for each in explanation.shapes:
        comments[each.shape.signature] = _comment(before=each.shape.before, after=each.shape.after)
        for one in each.changes:
            normal = one.change.normal
            comments[one.key] = _comment(path=one.change.path, before=normal.before, after=normal.after)
    return comments


def _comment(**parts: str) -> dict[str, str]:
    return {
        key: text if len(text) <= _LONGEST_COMMENT else f"{text[:_LONGEST_COMMENT]}..." for key, text in parts.items()
    }


class _NotOursError(ValueError):
    """With a sentence that is ours."""


def _read(told: object, *, name: str) -> SharedFile:
    if not isinstance(told, dict):
        raise _NotOursError("it is no JSON object")
    if told.get("schema") != _SCHEMA:
        raise _NotOursError(f"its `schema` is not {_SCHEMA}, as of another version of AutoTransform")
    if told.get("script") != name:
        raise _NotOursError(f"its `script` is not {name}")
    if not set(told) <= _KEYS:
        raise _NotOursError(f"it holds something else than {', '.join(sorted(_KEYS))}")
    comments = told.get("comments", {})
    if not isinstance(comments, dict) or not all(map(_is_comment, comments.values())):
        raise _NotOursError("its `comments` are no texts")
    return SharedFile(refused=read_decisions(told.get("refused")), comments=comments)


def _is_comment(value: object) -> bool:
    return isinstance(value, dict) and all(isinstance(text, str) for text in value.values())
