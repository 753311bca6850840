"""Two texts, reduced to what they say of the names that a change concerns."""

from __future__ import annotations

import ast
import copy
import re
from bisect import bisect_left
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING

from autotransform.engine.guarantees.concerned import BLOCKS, OPEN
from autotransform.engine.guarantees.passages import start_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from autotransform.engine.guarantees.passages import Passages

#: With one of these in a text a name says something about others.
_UNSURE = re.compile(rb"\bimport\s*\(?[*\\]|#\s*type:(?!\s*ignore\b)")
#: When one of these changes, other names are read otherwise.
_TELLING = frozenset({"__all__", "__future__", "typing", "typing_extensions", "NameError", "locals"})
_ALIAS = re.compile(rb"\b(\w+)\s+as\s+(\w+)")
_AS = re.compile(rb"as\s+(\w+)")
#: What stays in any case.
_KEPT = (rb"__future__", rb"typing", rb"__all__", rb"[\x80-\xff]")
#: More names than this are as good as all.
_MOST = 400


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowed:
    """What two texts say of some names."""

    names: frozenset[str]
    before: ast.Module
    after: ast.Module


def narrowed(before: bytes, after: bytes, *, passages: Passages, names: Iterable[str]) -> Narrowed | None:
    """Reduce both texts to what they say of some names; none where others could matter to these.

    Whatever is newly wrong with one of the names in the texts is newly wrong with it in what is left of them; not the
    other way round.

    Args:
        before: The text before.
        after: The text after.
        passages: Where they differ.
        names: Every name of which they say something else.
    """
    if _UNSURE.search(before) or _UNSURE.search(after):
        return None
    wanted = _with_originals({*names} - {""}, texts=(before, after))
    if not wanted:
        nothing = ast.Module(body=[], type_ignores=[])
        return Narrowed(names=frozenset(), before=nothing, after=nothing)
    if wanted & _TELLING or len(wanted) > _MOST or not all(map(str.isascii, wanted)):
        return None
    any_of = _pattern(wanted)
    body, first, last = passages.tree.body, passages.first, passages.last
    new = _Reducer(after, lines=passages.after, pattern=any_of)
    old = _Reducer(before, lines=passages.before, pattern=any_of)
    head, tail = new.reduced(body[:first]), new.reduced(body[last:])
    reduced_old = ast.Module(body=[*head, *old.reduced(passages.old), *tail], type_ignores=[])
    reduced_new = ast.Module(body=[*head, *new.reduced(body[first:last]), *tail], type_ignores=[])
    has_types = b"typing" in before or b"typing" in after
    if has_types and any(_says_types(wanted, each) for each in (reduced_old, reduced_new)):
        return None
    return Narrowed(names=frozenset(wanted), before=reduced_old, after=reduced_new)


def reduced(content: bytes, *, tree: ast.Module, names: Iterable[str]) -> tuple[frozenset[str], ast.Module] | None:
    """Reduce one text to what it says of some names, and of those that are other names for these.

    Whatever is wrong with one of the names in the text is wrong with it in what is left. Gives none where other names
    could matter.
    """
    if _UNSURE.search(content):
        return None
    wanted = _with_originals({*names}, texts=(content,))
    if wanted & _TELLING or len(wanted) > _MOST or not all(map(str.isascii, wanted)):
        return None
    left = _Reducer(content, lines=content.split(b"\n"), pattern=_pattern(wanted)).reduced(tree.body)
    module = ast.Module(body=left, type_ignores=[])
    if b"typing" in content and _says_types(wanted, module, with_attributes=True):
        return None
    return frozenset(wanted), module


def _pattern(names: Iterable[str]) -> re.Pattern[bytes]:
    return re.compile(rb"\b(?:%b)\b|%b" % (b"|".join(sorted(map(str.encode, names))), b"|".join(_KEPT)))


def _says_types(names: set[str], tree: ast.Module, *, with_attributes: bool = False) -> bool:
    """Whether one of some names is what makes types, or may stand in a string that is one.

    With attributes: or is an attribute of a module that makes types.
    """
    nodes = [*ast.walk(tree)]
    types = _typing_names(nodes)
    if not names.isdisjoint(types):
        return True
    return bool(types) and (
        _is_written(names, nodes, types=types) or (with_attributes and _is_taken(names, nodes, types=types))
    )


def _with_originals(names: set[str], *, texts: Sequence[bytes]) -> set[str]:
    """Add the modules of which some are other names: to use `foo` of `import os as foo` is to use `os` too."""
    if not any(found[1].decode() in names for text in texts for found in _AS.finditer(text)):
        return names
    aliases = {(found[1].decode(), found[2].decode()) for text in texts for found in _ALIAS.finditer(text)}
    while more := {name for name, alias in aliases if alias in names and name not in names}:
        names = names | more
    return names


class _Reducer:
    """Leaves out the statements of one text in which nothing matches a pattern."""

    def __init__(self, content: bytes, *, lines: Sequence[bytes], pattern: re.Pattern[bytes]) -> None:
        self._starts = [0, *accumulate(len(line) + 1 for line in lines)]
        self._found = [found.start() for found in pattern.finditer(content)]

    def reduced(self, body: Sequence[ast.stmt]) -> list[ast.stmt]:
        """Give what is left of some statements."""
        return [self._opened(each) for each in body if self._matches(each)]

    def _matches(self, statement: ast.stmt) -> bool:
        start, end = self._starts[start_of(statement) - 1], self._starts[statement.end_lineno or statement.lineno]
        following = bisect_left(self._found, start)
        return following < len(self._found) and self._found[following] < end

    def _opened(self, statement: ast.stmt) -> ast.stmt:
        if not isinstance(statement, OPEN):
            return statement
        left = copy.copy(statement)
        for name in BLOCKS:
            part = getattr(statement, name, None)
            if name == "handlers" and part:
                left.handlers = [self._handler(each) for each in part]  # type: ignore[union-attr]
            elif part:
                setattr(left, name, self.reduced(part) or [ast.copy_location(ast.Pass(), part[0])])
        return left

    def _handler(self, handler: ast.ExceptHandler) -> ast.ExceptHandler:
        left = copy.copy(handler)
        left.body = self.reduced(handler.body) or [ast.copy_location(ast.Pass(), handler.body[0])]
        return left


def _is_written(names: set[str], nodes: Sequence[ast.AST], *, types: set[str]) -> bool:
    """Whether a string that may be a type, or the name of one, holds one of some names."""
    any_of = re.compile(rf"\b(?:{'|'.join(sorted(names))})\b")
    return any(
        isinstance(each, ast.Constant) and isinstance(each.value, str) and any_of.search(each.value)
        for node in nodes
        if isinstance(node, ast.Subscript | ast.Call) and _head(node) in types
        for each in ast.walk(node)
    )


def _is_taken(names: set[str], nodes: Sequence[ast.AST], *, types: set[str]) -> bool:
    """Whether one of some names is an attribute of a module that makes types."""
    return any(isinstance(each, ast.Attribute) and each.attr in names and _head(each) in types for each in nodes)


def _head(node: ast.Subscript | ast.Call | ast.Attribute) -> str:
    """Give the first name of what is called, of what takes something between brackets, or of what has an attribute."""
    head = node.func if isinstance(node, ast.Call) else node.value
    while isinstance(head, ast.Attribute):
        head = head.value
    return head.id if isinstance(head, ast.Name) else ""


def _typing_names(nodes: Sequence[ast.AST]) -> set[str]:
    """Name what is imported by statements that are kept for their sake."""
    return {
        (alias.asname or alias.name).partition(".")[0]
        for node in nodes
        if (isinstance(node, ast.ImportFrom) and "typing" in (node.module or ""))
        or (isinstance(node, ast.Import) and any("typing" in alias.name for alias in node.names))
        for alias in node.names
    }
