"""The shape of a change: what became what, whatever the names around it are."""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

#: Larger statements are one of a kind: every subtree is compared with every other.
_MOST_NODES = 1_500


def signature(before: Sequence[ast.stmt], after: Sequence[ast.stmt], *, known: Collection[str]) -> str:
    """Give the same text for changes that are the same, wherever they stand.

    Args:
        before: What was.
        after: What became of it; the same to get the shape of what did not change.
        known: Names that mean something by themselves; all others may be any.
    """
    old, new = (ast.Module(body=list(nodes), type_ignores=[]) for nodes in (before, after))
    if sum(1 for _ in ast.walk(old)) + sum(1 for _ in ast.walk(new)) > _MOST_NODES:
        return ast.dump(old) + ast.dump(new)
    if before is after:
        return _normal(old, shared=(), known=known)
    shapes = set()
    for place, one, other in _differing(old, new, place=""):
        was = _normal(one, shared=_dumps(other), known=known)
        shapes.add(f"{place}: {was} -> {_normal(other, shared=_dumps(one), known=known)}")
    # The same tree in another layout: the kind of statement is all there is to say.
    return "\n".join(sorted(shapes)) or f"layout of {[type(node).__name__ for node in before]}"


def _differing(old: ast.AST, new: ast.AST, *, place: str) -> Iterator[tuple[str, ast.AST, ast.AST]]:
    """Give the smallest subtrees that differ, and where each stands."""
    if type(old) is not type(new):
        yield place, old, new
        return
    inner: list[tuple[str, ast.AST, ast.AST]] = []
    for field in old._fields:
        one, other = getattr(old, field, None), getattr(new, field, None)
        ones, others = (value if isinstance(value, list) else [value] for value in (one, other))
        if len(ones) != len(others):
            yield place, old, new
            return
        for left, right in zip(ones, others, strict=True):
            if isinstance(left, ast.AST) and isinstance(right, ast.AST):
                inner.append((f"{type(old).__name__}.{field}", left, right))
            elif left != right or type(left) is not type(right):
                yield place, old, new
                return
    for at, left, right in inner:
        yield from _differing(left, right, place=at)


def _dumps(node: ast.AST) -> frozenset[str]:
    return frozenset(ast.dump(inner) for inner in ast.walk(node) if isinstance(inner, ast.expr | ast.stmt))


def _normal(node: object, *, shared: Collection[str], known: Collection[str]) -> str:
    """Write a tree without what is the same on the other side, and without names that may be any."""
    if isinstance(node, list):
        return f"[{', '.join(_normal(each, shared=shared, known=known) for each in node)}]"
    if not isinstance(node, ast.AST):
        return repr(node)
    if isinstance(node, ast.Constant):
        return type(node.value).__name__
    if isinstance(node, ast.Name):
        return node.id if node.id in known else "_"
    if isinstance(node, ast.expr | ast.stmt) and shared and ast.dump(node) in shared:
        return "_"
    fields = (_normal(value, shared=shared, known=known) for _, value in ast.iter_fields(node))
    return f"{type(node).__name__}({', '.join(fields)})"
