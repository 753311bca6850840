"""The statements of a tree that are new, inside the headers around them, with one mark for what stands as it stood.

What was parsed from a text says there what it said here: the statements of Python know nothing of their neighbours. So
it is enough to look at a module in which each run of old statements is one mark, as long as each mark is found where
it was put: then no statement takes in the line below it, and none falls out of its block.
"""

from __future__ import annotations

import ast
from itertools import groupby
from typing import TYPE_CHECKING, Any, TypeAlias

import libcst as cst

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_Statement: TypeAlias = cst.BaseStatement

_MARK = "_stands_as_it_stood_"

#: Where the statements of a compound one stand, by its class, and what Python calls it.
_PARTS: dict[type, tuple[str, ...]] = {
    cst.ClassDef: ("body",),
    cst.Else: ("body",),
    cst.ExceptHandler: ("body",),
    cst.ExceptStarHandler: ("body",),
    cst.Finally: ("body",),
    cst.For: ("body", "orelse"),
    cst.FunctionDef: ("body",),
    cst.If: ("body", "orelse"),
    cst.Match: ("cases",),
    cst.MatchCase: ("body",),
    cst.Try: ("body", "handlers", "orelse", "finalbody"),
    cst.TryStar: ("body", "handlers", "orelse", "finalbody"),
    cst.While: ("body", "orelse"),
    cst.With: ("body",),
}
_NAMES: dict[type, tuple[str, ...]] = {
    cst.For: ("For", "AsyncFor"),
    cst.FunctionDef: ("FunctionDef", "AsyncFunctionDef"),
    cst.With: ("With", "AsyncWith"),
}
_COMPOUND = (
    *(ast.ClassDef, ast.FunctionDef, ast.AsyncFunctionDef, ast.For, ast.AsyncFor, ast.If, ast.Match, ast.Try),
    *(ast.TryStar, ast.While, ast.With, ast.AsyncWith),
)

#: With these in a text a statement may be read otherwise where it stands than where it stood.
_UNSURE = (b"\f", b"barry_as_FLUFL")


class Unsure(Exception):  # noqa: N818 - says what it is
    """There is no skeleton of which anything could be told."""


def skeleton(tree: cst.Module, *, before: cst.Module, content: bytes) -> cst.Module:
    """Give the skeleton of a tree that came of another one.

    Args:
        tree: Of the text after.
        before: Of the text before, as it was parsed.
        content: The text after.

    Raises:
        Unsure: It would say less than the tree.
    """
    is_plain = type(tree) is cst.Module and tree.has_trailing_newline and before.has_trailing_newline
    if not is_plain or _defaults(tree) != _defaults(before) or _is_odd(content):
        raise Unsure
    known = {id(each) for each in _statements(before)}
    return tree.with_changes(body=_reduced(tree.body, known=known))


def fits(skeleton: cst.Module, read: ast.Module) -> bool:
    """Whether Python reads the statements of a skeleton where they stand, every mark among them."""
    return _fit(skeleton.body, read.body)


def _is_odd(content: bytes) -> bool:
    has_lone_returns = b"\r" in content and content.count(b"\r") != content.count(b"\r\n")
    return has_lone_returns or any(each in content for each in _UNSURE)


def _defaults(module: cst.Module) -> tuple[str, str, str]:
    return module.default_indent, module.default_newline, module.encoding


def _statements(tree: cst.Module) -> Iterator[object]:
    pending: list[object] = [tree]
    while pending:
        node = pending.pop()
        for body in _bodies(node):
            yield from body
            pending += (each for each in body if type(each) is not cst.SimpleStatementLine)


def _bodies(node: object) -> Iterator[Sequence[object]]:
    """Give each run of statements right below a module or a compound statement, however it is cut up."""
    if type(node) is cst.Module:
        yield node.body
    for name in _PARTS.get(type(node), ()):
        part = getattr(node, name)
        for each in part if isinstance(part, tuple | list) else (part,):
            if type(each) is cst.IndentedBlock:
                yield each.body
            elif type(each) in _PARTS:
                yield from _bodies(each)


def _reduced(body: Sequence[_Statement], *, known: set[int]) -> list[_Statement]:
    reduced: list[_Statement] = []
    for is_known, run in groupby(body, key=lambda each: id(each) in known):
        reduced += [_mark()] if is_known else (_opened(each, known=known) for each in run)
    return reduced


def _mark() -> cst.SimpleStatementLine:
    return cst.SimpleStatementLine([cst.Expr(cst.Name(_MARK))])


def _opened(node: _Statement, *, known: set[int]) -> _Statement:
    """Give a statement with the skeletons of its blocks."""
    if type(node) is cst.SimpleStatementLine:
        return node
    if type(node) not in _PARTS:
        raise Unsure
    changes: dict[str, object] = {}
    for name in _PARTS[type(node)]:
        part = getattr(node, name)
        if isinstance(part, tuple | list):
            changes[name] = [_opened(each, known=known) for each in part]
        elif type(part) is cst.IndentedBlock:
            changes[name] = part.with_changes(body=_reduced(part.body, known=known))
        elif part is not None and type(part) is not cst.SimpleStatementSuite:
            changes[name] = _opened(part, known=known)
    return node.with_changes(**changes)


def _fit(nodes: Iterable[object], read: Sequence[ast.AST]) -> bool:
    flat = [each for node in nodes for each in (node.body if type(node) is cst.SimpleStatementLine else (node,))]
    return len(flat) == len(read) and all(map(_fits_one, flat, read))


def _fits_one(node: object, read: ast.AST) -> bool:
    if type(node) not in _PARTS:
        return not isinstance(read, _COMPOUND) and (_is_marked(node) == _is_mark(read))
    return type(read).__name__ in _NAMES.get(type(node), (type(node).__name__,)) and all(
        _fit_part(getattr(node, name), getattr(read, name)) for name in _PARTS[type(node)]
    )


def _fit_part(part: object, read: Sequence[Any]) -> bool:
    """Compare what stands under one header with what Python reads there."""
    match part:
        case None:
            return not read
        case cst.IndentedBlock() | cst.SimpleStatementSuite():
            return _fit(part.body, read)
        case cst.If():  # `elif`
            return _fit([part], read)
        case cst.Else() | cst.Finally():
            return _fit_part(part.body, read)
        case tuple() | list():
            return len(part) == len(read) and all(
                _fit_part(each.body, there.body) for each, there in zip(part, read, strict=True)
            )
        case _:
            return False


def _is_marked(node: object) -> bool:
    return isinstance(node, cst.Expr) and isinstance(node.value, cst.Name) and node.value.value == _MARK


def _is_mark(read: ast.AST) -> bool:
    return isinstance(read, ast.Expr) and isinstance(read.value, ast.Name) and read.value.id == _MARK
