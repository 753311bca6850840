"""What a person is warned of, and ``--strict`` refuses (DESIGN: invariants 4 to 6)."""

from __future__ import annotations

from autotransform.engine.conservation import find_lost_comments, find_lost_docstrings
from autotransform.engine.naming import find_broken_names
from autotransform.engine.structure import parse_quietly
from autotransform.engine.values import Breach


def find_breaches(before: bytes, after: bytes) -> tuple[Breach, ...]:
    """Find what a changed text no longer keeps: comments and docstrings (invariant 4), names (invariant 5)."""
    comments = tuple(find_lost_comments(before, after))
    try:
        old, new = parse_quietly(before), parse_quietly(after)
    except (SyntaxError, ValueError):  # what this Python does not read; the file is warned of as a whole
        return comments
    return (*comments, *find_lost_docstrings(old, new), *find_broken_names(old, new))


def second_pass_breach(after: bytes, again: bytes) -> Breach:
    """Say where a second pass would change a text again (invariant 6)."""
    old, new = after.split(b"\n"), again.split(b"\n")
    pairs = enumerate(zip(old, new, strict=False), start=1)
    line = next((number for number, (one, other) in pairs if one != other), min(len(old), len(new)))
    return Breach(line=line, kind="second-pass", message="a second pass would change the file again, from here on")
