"""What a person edited stays, whatever a model makes of the script."""

from __future__ import annotations

import pytest

from autotransform.author.keeping import keep_edits

BASE = "a\nb\nc\nd\ne\nf\n"
#: What the person made of it, what the model made of that, what comes out; empty: it is a conflict.
_CASES = {
    "the model changes another line": ("a\nB\nc\nd\ne\nf\n", "a\nB\nc\nd\nE\nf\n", "a\nB\nc\nd\nE\nf\n"),
    "the model adds a line right below": ("a\nB\nc\nd\ne\nf\n", "a\nB\nnew\nc\nd\ne\nf\n", "a\nB\nnew\nc\nd\ne\nf\n"),
    "the model adds a line right above": ("a\nB\nc\nd\ne\nf\n", "a\nnew\nB\nc\nd\ne\nf\n", "a\nnew\nB\nc\nd\ne\nf\n"),
    "the model undoes the edit": ("a\nB\nc\nd\ne\nf\n", "a\nb\nc\nd\nE\nf\n", "a\nB\nc\nd\nE\nf\n"),
    "the model drops what was added": ("a\nb\nmine\nc\nd\ne\nf\n", "a\nb\nc\nd\nE\nf\n", "a\nb\nmine\nc\nd\nE\nf\n"),
    "the model brings back what was dropped": ("a\nb\nd\ne\nf\n", "a\nb\nc\nd\nE\nf\n", "a\nb\nd\nE\nf\n"),
    "the model drops a line of its own": ("a\nB\nc\nd\ne\nf\n", "a\nB\nc\ne\nf\n", "a\nB\nc\ne\nf\n"),
    "the model changes the edited line": ("a\nB\nc\nd\ne\nf\n", "a\nBB\nc\nd\ne\nf\n", ""),
    "the model changes nothing": ("a\nB\nc\nd\ne\nf\n", "a\nB\nc\nd\ne\nf\n", "a\nB\nc\nd\ne\nf\n"),
    "an added end": ("a\nb\nc\nd\ne\nf\nmine\n", "a\nb\nc\nd\ne\nf\n", "a\nb\nc\nd\ne\nf\nmine\n"),
}


@pytest.mark.parametrize("name", _CASES)
def test_edits_stay(name: str) -> None:
    ours, theirs, expected = _CASES[name]
    kept = keep_edits(BASE, ours, theirs)

    assert (kept.text if not kept.conflicts else "") == expected
    assert kept.generated == theirs


def test_a_conflict_shows_both() -> None:
    kept = keep_edits(BASE, *_CASES["the model changes the edited line"][:2])

    assert kept.text == "a\nBB\nc\nd\ne\nf\n"
    assert kept.conflicts == "a\n<<<<<<< yours\nB\n=======\nBB\n>>>>>>> the model's\nc\nd\ne\nf\n"
