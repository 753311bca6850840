"""Invariant 4: no comment and no docstring is lost outside what the transform removed.

A comment belongs to the code on its line, or to the statement below it. Where that code is gone its comment may go;
where it stands, changed or not, its comment must stand somewhere too.
"""

from __future__ import annotations

import ast
import difflib
import re
import sys
from collections import Counter
from typing import TYPE_CHECKING, TypeAlias

from autotransform.engine.guarantees.logical_lines import Comparison
from autotransform.engine.values import Breach

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from autotransform.engine.guarantees.logical_lines import Comment, Lines
    from autotransform.engine.guarantees.passages import Hunk

_Documented: TypeAlias = ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef

#: What may end a string in which a hash stands.
_QUOTES = frozenset(b"'\"")
_TRIPLE = re.compile(rb"\"{3}|'{3}")
_HAS_OPEN_FIELDS = sys.version_info >= (3, 12)

#: Two comments that are alike to this degree are one comment, edited.
_ALIKE = 0.5


def may_lose_comments(hunks: Iterable[Hunk]) -> bool:
    """Whether `find_lost_comments` may say anything of two texts, by the lines that differ."""
    return any(_is_unsure(before, after) or _tails(before) - _tails(after) for before, after in hunks)


def _is_unsure(before: list[bytes], after: list[bytes]) -> bool:
    """Whether these lines may make comments of what were none, or the other way round, here or further down."""
    if any(b"#" in line and not _QUOTES.isdisjoint(line[line.index(b"#") :]) for line in before):
        return True
    return any(
        line.rstrip(b"\r").endswith(b"\\") or _TRIPLE.search(line) or (_HAS_OPEN_FIELDS and _is_open(line))
        for line in (*before, *after)
    )


def _is_open(line: bytes) -> bool:
    """Whether a string may go on behind the line: a field of one may, since Python 3.12."""
    return b"{" in line and (line.count(b"'") % 2 == 1 or line.count(b'"') % 2 == 1)


def _tails(lines: list[bytes]) -> Counter[bytes]:
    """Count what is a comment for certain, if the lines stand outside of any string."""
    tails = (line[line.index(b"#") :].rstrip() for line in lines if b"#" in line)
    return Counter(tail for tail in tails if _QUOTES.isdisjoint(tail))


def find_lost_comments(before: Lines, after: Lines) -> Iterator[Breach]:
    """Find the comments of code that stands which do not stand themselves."""
    lost = Counter(comment.text for comment in before.comments) - Counter(comment.text for comment in after.comments)
    if not lost:
        return
    gained = Counter(comment.text for comment in after.comments) - Counter(comment.text for comment in before.comments)
    comparison = Comparison(before, after)
    for text, count in lost.items():
        places = [comment for comment in before.comments if comment.text == text]
        standing = [comment for comment in places if not comparison.is_gone(comment)]
        missing = count - (len(places) - len(standing))
        for comment in standing[: max(0, missing)]:
            if not _take_edited(comment, gained=gained):
                yield Breach(line=comment.line, kind="comment", message=f"a comment is lost: {_shown(text)}")


def find_lost_docstrings(before: ast.Module, after: ast.Module) -> Iterator[Breach]:
    """Find the modules, classes and functions that stand and whose docstring is gone."""
    new = dict(_documented(after))
    for path, node in _documented(before):
        there = new.get(path)
        if there is None or ast.get_docstring(node, clean=False) is None:
            continue
        if ast.get_docstring(there, clean=False) is None:
            line = node.body[0].lineno
            yield Breach(line=line, kind="docstring", message=f"the docstring of {_named(path)} is lost")


def _take_edited(comment: Comment, *, gained: Counter[str]) -> bool:
    """Whether a comment that is new is this one, edited; it stands for one only."""
    for text in +gained:
        if difflib.SequenceMatcher(None, comment.text, text).ratio() >= _ALIKE:
            gained[text] -= 1
            return True
    return False


def _documented(tree: ast.Module) -> Iterator[tuple[tuple[str, ...], _Documented]]:
    """Give everything that may have a docstring, by names and, among those of one name, by number."""
    pending: list[tuple[tuple[str, ...], _Documented]] = [((), tree)]
    while pending:
        path, node = pending.pop()
        yield path, node
        seen: Counter[str] = Counter()
        for child in _definitions(node.body):
            seen[child.name] += 1
            pending.append(((*path, f"{child.name}#{seen[child.name]}"), child))


def _definitions(body: Iterable[ast.AST]) -> Iterator[ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef]:
    for node in body:
        if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
            yield node
        elif isinstance(node, ast.stmt | ast.excepthandler | ast.match_case):
            yield from _definitions(ast.iter_child_nodes(node))


def _named(path: tuple[str, ...]) -> str:
    return ".".join(name.partition("#")[0] for name in path) or "the module"


def _shown(text: str) -> str:
    limit = 80
    return text if len(text) <= limit else text[: limit - 1] + "…"
