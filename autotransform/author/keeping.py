"""Keep what a person edited in a script when a model, which was shown it, writes the script anew."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A new version of a script, with the edits of a person in it."""

    #: Where they exclude each other, the model's.
    text: str
    #: Both versions, with git's marks around what excludes each other; empty: nothing does.
    conflicts: str = ""
    #: The model's version; ``None``: nobody had edited anything.
    generated: str | None = None


def keep_edits(base: str, ours: str, theirs: str) -> Kept:
    """Put a person's edits back where a model undid them.

    The model was shown the edited script, so what it changes of the other lines stands. Where it undid an edit, the
    edit stands. Where it made something new of an edited line, nobody can say what is right.

    Args:
        base: As it was generated first.
        ours: As a person edited that.
        theirs: What the model made of the edited script.
    """
    old, mine, new = (text.split("\n") for text in (base, ours, theirs))
    edited, dropped = _edits(old, mine)
    known = set(old)
    kept: list[str] = []
    marked: list[str] = []
    is_clean = True
    for tag, start, end, first, last in _opcodes(mine, new):
        yours, its = mine[start:end], new[first:last]
        touches = any(number in edited for number in range(start, end))
        if tag == "equal":
            chosen = yours
        elif touches and all(line in known for line in its):
            chosen = yours  # the edit was undone
        elif not yours and dropped.get(start) == its:
            chosen = yours  # what the person took out came back
        else:
            chosen = its
            if touches:
                is_clean = False
                kept += its
                marked += ["<<<<<<< yours", *yours, "=======", *its, ">>>>>>> the model's"]
                continue
        kept += chosen
        marked += chosen
    return Kept(text="\n".join(kept), conflicts="" if is_clean else "\n".join(marked), generated=theirs)


def _edits(old: Sequence[str], mine: Sequence[str]) -> tuple[set[int], dict[int, list[str]]]:
    """Give the numbers of a person's own lines, and by number what was taken out in front of that line."""
    edited: set[int] = set()
    dropped: dict[int, list[str]] = {}
    for tag, start, end, first, last in _opcodes(old, mine):
        if tag != "equal":
            edited.update(range(first, last))
        if tag == "delete":
            dropped[first] = list(old[start:end])
    return edited, dropped


def _opcodes(before: Sequence[str], after: Sequence[str]) -> Sequence[tuple[str, int, int, int, int]]:
    return difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes()
