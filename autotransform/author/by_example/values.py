"""A change made by hand, as values."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangedFile:
    """One file that a person changed."""

    path: str
    before: bytes
    after: bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A change made by hand."""

    #: The words that came with it: the subject of the commit; may be empty.
    request: str
    #: In path order, at least one.
    files: tuple[ChangedFile, ...]
    #: What of the change is left out, and why; one sentence each.
    notes: tuple[str, ...]
    #: The commit that the change was made to, in hex; empty where it is no commit.
    base: str
