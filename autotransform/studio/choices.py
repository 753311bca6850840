"""What the person says yes and no to in the page; kept where the terminal keeps it, so that both go on from there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autotransform.publish.decisions.answers import Answers, change_answers, load_answers
from autotransform.publish.decisions.committed import path_of
from autotransform.review.decisions import Decisions, read_decisions, write_decisions
from autotransform.review.text import portable_text
from autotransform.studio.faults import PageError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from autotransform.repository import Repository
    from autotransform.studio.values import Json

_KINDS = ("shapes", "files", "changes")
_MOST, _LONGEST = 100_000, 4_096
_NONE = Decisions()
_REPLACED = "\N{REPLACEMENT CHARACTER}"


class Choices:
    """The answers about one transform.

    Args:
        repository: In whose state they are kept.
        name: Of the transform.
        paths: Of the files that it runs on. The page knows one whose name is no text by what it is shown as.
        shared: What the repository's own file refuses; it is not kept, and no answer changes it.
    """

    def __init__(
        self, repository: Repository, *, name: str, paths: Iterable[str] = (), shared: Decisions = _NONE
    ) -> None:
        self._shared = shared
        self._repository = repository
        self._name = name
        self._meant: dict[str, list[str]] = {}
        for path in paths:
            if _REPLACED in (shown := portable_text(path)):
                self._meant.setdefault(shown, []).append(path)

    def read(self) -> Answers:
        """Give what was answered so far, here or at the terminal, and what is refused for everybody.

        Raises:
            RepositoryError: It cannot be read.
        """
        return self._joined(load_answers(self._repository, self._name))

    def _joined(self, answers: Answers) -> Answers:
        return Answers(refused=answers.refused | self._shared, accepted=answers.accepted - self._shared)

    def merge(self, told: Json) -> Answers:
        """Take in what was answered now: ``yes``, ``no``, or ``None`` for an answer that is taken back.

        Raises:
            PageError: It is something else; 409 where it is about what is refused for everybody.
            RepositoryError: It cannot be kept.
        """
        given = {kind: _read_kind(told, kind) for kind in _KINDS}
        given["files"] = {
            path: word for shown, word in given["files"].items() for path in self._meant.get(shown, (shown,))
        }
        if any(
            word != "no" and key in getattr(self._shared, kind) for kind in _KINDS for key, word in given[kind].items()
        ):
            raise PageError(
                f"{path_of(self._name)} refuses it for everybody.", status=409, hint="Take it out of that file."
            )

        def change(answers: Answers) -> Answers:
            merged = Answers(
                refused=_merged(answers.refused, given, word="no"),
                accepted=_merged(answers.accepted, given, word="yes"),
            )
            if any(len(getattr(each, kind)) > _MOST for each in (merged.refused, merged.accepted) for kind in _KINDS):
                raise PageError("There are too many answers.", status=413)
            _require_readable(merged)
            return merged

        return self._joined(change_answers(self._repository, self._name, change))


def describe_answers(answers: Answers) -> Json:
    """List what was answered, sorted."""
    return {
        "refused": {kind: sorted(_shown(answers.refused, kind)) for kind in _KINDS},
        "accepted": {kind: sorted(_shown(answers.accepted, kind)) for kind in _KINDS},
    }


def mark_accepted(shapes: Iterable[Json], files: Iterable[Json], *, accepted: Decisions) -> None:
    """Say ``yes`` in what is told of shapes and files that were accepted and have no other answer."""
    for kind, key, entries in (("shapes", "id", shapes), ("files", "path", files)):
        known = _shown(accepted, kind)
        for entry in entries:
            if entry["decision"] is None and entry[key] in known:
                entry["decision"] = "yes"


def mark_changes(hunks: Iterable[Json], *, accepted: Decisions) -> None:
    """Say ``yes`` likewise in what is told of hunks."""
    for change in (change for hunk in hunks for change in hunk["changes"]):
        is_accepted = change["key"] in accepted.changes or change["shape"] in accepted.shapes
        if change["decision"] is None and is_accepted:
            change["decision"] = "yes"


def _read_kind(told: Json, kind: str) -> dict[str, str | None]:
    given = told.get(kind, {})
    is_sound = isinstance(given, dict) and all(
        len(key) <= _LONGEST and (value is None or (isinstance(value, str) and value in {"yes", "no"}))
        for key, value in given.items()
    )
    if not is_sound:
        raise PageError(f"{kind!r} must say yes, no or null of each.")
    return dict(given)


def _merged(before: Decisions, given: dict[str, dict[str, str | None]], *, word: str) -> Decisions:
    """Take out whatever was answered now, and put in what was answered with a word."""
    merged = {
        kind: (getattr(before, kind) - given[kind].keys())
        | {key for key, value in given[kind].items() if value == word}
        for kind in _KINDS
    }
    return Decisions(**merged)


def _shown(decisions: Decisions, kind: str) -> set[str]:
    """Give what was answered as the page knows it."""
    return {portable_text(each) for each in getattr(decisions, kind)}


def _require_readable(answers: Answers) -> None:
    """Keep nothing that cannot be read again.

    Raises:
        PageError: It is no name of a shape, a file or a change.
    """
    try:
        for each in (answers.refused, answers.accepted):
            read_decisions(write_decisions(each))
    except ValueError as error:
        raise PageError("An answer is about something that cannot be.") from error
