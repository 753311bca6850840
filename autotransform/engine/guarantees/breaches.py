"""What a person is warned of, and ``--strict`` refuses (DESIGN: invariants 4 to 6)."""

from __future__ import annotations

from tokenize import TokenError
from typing import TYPE_CHECKING

from autotransform.engine.guarantees.concerned import Concerned
from autotransform.engine.guarantees.conservation import find_lost_comments, find_lost_docstrings, may_lose_comments
from autotransform.engine.guarantees.logical_lines import read_lines
from autotransform.engine.guarantees.naming import Text, find_broken_names, may_break_names, may_break_renamed
from autotransform.engine.guarantees.narrowing import narrowed, reduced
from autotransform.engine.guarantees.passages import cut, hunks
from autotransform.engine.structure import parse_quietly
from autotransform.engine.values import Breach

if TYPE_CHECKING:
    import ast
    from collections.abc import Mapping


def find_breaches(
    before: bytes,
    after: bytes,
    *,
    is_package: bool = False,
    tree: ast.Module | None = None,
    names: Mapping[str, str] | None = None,
) -> tuple[Breach, ...]:
    """Find what a changed text no longer keeps: comments and docstrings (invariant 4), names (invariant 5).

    In an ``__init__.py`` (``is_package``) an import may be there for others: it may stay when nothing there uses it.
    Looks first for what may be lost by what differs, and only where something may be at all of both texts.

    Args:
        before: The text before.
        after: The text after.
        is_package: Whether it is an ``__init__.py``.
        tree: Of the text after, if it was parsed; a text that does not parse has none.
        names: What `renaming` tells of both texts, if it was asked.
    """
    if tree is not None and names is not None and not _may_lose_names(after, tree=tree, names=names):
        return ()
    doubts = _doubts(before, after, tree=tree)
    if not doubts:
        return ()
    old, new = _read(before), _read(after, tree=tree)
    if old is None or new is None:  # what this Python does not read; the file is warned of as a whole
        return ()
    return (
        *(find_lost_comments(old.lines, new.lines) if "comments" in doubts else ()),
        *(find_lost_docstrings(old.tree, new.tree) if "docstrings" in doubts else ()),
        *(find_broken_names(old, new, is_package=is_package) if "names" in doubts else ()),
    )


def _doubts(before: bytes, after: bytes, *, tree: ast.Module | None) -> set[str]:
    """Tell what may be lost."""
    doubts = {"comments"} if may_lose_comments(hunks(before, after)) else set()
    passages = None if tree is None else cut(before, after, tree=tree)
    if passages is None:
        return {*doubts, "docstrings", "names"}
    concerned = Concerned(passages, has_types=b"typing" in before or b"typing" in after)
    if concerned.has_docstrings:
        doubts.add("docstrings")
    narrow = narrowed(before, after, passages=passages, names=concerned.names)
    if narrow is None or (narrow.names and may_break_names(narrow)):
        doubts.add("names")
    return doubts


def _may_lose_names(after: bytes, *, tree: ast.Module, names: Mapping[str, str]) -> bool:
    """Whether anything may be lost where nothing but names differs.

    Comments are the same, and so are docstrings, whose owners are told apart by new names as by the old ones. Of any
    other name pyflakes says the same of both trees. So it is enough that nothing is wrong with the new ones.
    """
    if not names:
        return False
    left = reduced(after, tree=tree, names={*names, *names.values()})
    return left is None or may_break_renamed(left[1], names=left[0], new=names.values())


def _read(content: bytes, *, tree: ast.Module | None = None) -> Text | None:
    try:
        return Text(tree=tree or parse_quietly(content), lines=read_lines(content))
    except (SyntaxError, ValueError, TokenError):
        return None


def second_pass_breach(after: bytes, again: bytes) -> Breach:
    """Say where a second pass would change a text again (invariant 6)."""
    old, new = after.split(b"\n"), again.split(b"\n")
    pairs = enumerate(zip(old, new, strict=False), start=1)
    line = next((number for number, (one, other) in pairs if one != other), min(len(old), len(new)))
    return Breach(line=line, kind="second-pass", message="a second pass would change the file again, from here on")
