"""Learn from a change made by hand: read it, cut cases out of it, and see whether a script does the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autotransform.author.by_example.reading import read_commit, read_patch
from autotransform.author.by_example.values import Change, ChangedFile
from autotransform.author.by_example.verification import Departure, Verification, verify
from autotransform.author.cutting import cut_files

if TYPE_CHECKING:
    from autotransform.script import Case

__all__ = [
    "Change",
    "ChangedFile",
    "Departure",
    "Verification",
    "read_commit",
    "read_patch",
    "to_cases",
    "verify",
]


def to_cases(change: Change, *, most: int = 12) -> tuple[Case, ...]:
    """Cut one case for each distinct shape of a change, the most frequent first."""
    return cut_files([(file.path, file.before, file.after) for file in change.files], most=most)
