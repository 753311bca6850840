"""What a person is warned of, and ``--strict`` refuses (DESIGN: invariants 4 to 6)."""

from __future__ import annotations

from tokenize import TokenError

from autotransform.engine.conservation import find_lost_comments, find_lost_docstrings
from autotransform.engine.logical_lines import read_lines
from autotransform.engine.naming import Text, find_broken_names
from autotransform.engine.structure import parse_quietly
from autotransform.engine.values import Breach


def find_breaches(before: bytes, after: bytes, *, is_package: bool = False) -> tuple[Breach, ...]:
    """Find what a changed text no longer keeps: comments and docstrings (invariant 4), names (invariant 5).

    In an ``__init__.py`` (``is_package``) an import may be there for others: it may stay when nothing there uses it.
    """
    old, new = _read(before), _read(after)
    if old is None or new is None:  # what this Python does not read; the file is warned of as a whole
        return ()
    return (
        *find_lost_comments(old.lines, new.lines),
        *find_lost_docstrings(old.tree, new.tree),
        *find_broken_names(old, new, is_package=is_package),
    )


def _read(content: bytes) -> Text | None:
    try:
        return Text(tree=parse_quietly(content), lines=read_lines(content))
    except (SyntaxError, ValueError, TokenError):
        return None


def second_pass_breach(after: bytes, again: bytes) -> Breach:
    """Say where a second pass would change a text again (invariant 6)."""
    old, new = after.split(b"\n"), again.split(b"\n")
    pairs = enumerate(zip(old, new, strict=False), start=1)
    line = next((number for number, (one, other) in pairs if one != other), min(len(old), len(new)))
    return Breach(line=line, kind="second-pass", message="a second pass would change the file again, from here on")
