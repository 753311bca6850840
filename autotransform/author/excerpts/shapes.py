"""The shape of a place: its syntax, with local names and literals blanked."""

from __future__ import annotations

import ast
import copy
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

#: Expressions around a name that belong to its shape.
_LEVELS = 1
_LONGEST = 300
_LONGEST_STRING = 40
#: Secrets are longer; shorter strings stand everywhere.
_SHORTEST = 4
_CUT = "…"

#: A statement, or one of its branches, with a block of its own.
_WITH_BLOCK = ("body", "orelse", "finalbody", "handlers", "cases")


def part_that_matters(reference: ast.expr, above: Sequence[ast.AST]) -> ast.expr:
    """Find the expression around a reference that tells how it is used: its call, and what that stands in.

    Args:
        reference: The name, or the chain of attributes.
        above: The nodes around it, the innermost last.
    """
    part, waiting = reference, list(above)
    part = _with_call(part, waiting)
    for _ in range(_LEVELS):
        while waiting and isinstance(waiting[-1], ast.keyword | ast.Starred | ast.Await):
            waiting.pop()
        if not waiting or not isinstance(waiting[-1], ast.expr):
            break
        part = _with_call(waiting.pop(), waiting)
    return part


def _with_call(part: ast.AST, waiting: list[ast.AST]) -> ast.expr:
    """Go on to the attribute that is read from a part, and to the call of it."""
    assert isinstance(part, ast.expr)
    if waiting and isinstance(above := waiting[-1], ast.Attribute) and above.value is part:
        part = above
        waiting.pop()
    if waiting and isinstance(above := waiting[-1], ast.Call) and above.func is part:
        part = above
        waiting.pop()
    return part


def signature_of(part: ast.expr, *, reference: ast.expr, spelled: str, place: str) -> str:
    """Write a shape as one line.

    Args:
        part: What belongs to it.
        reference: The name inside of it, which stands as it is called.
        spelled: How it is called there, without the names that the file itself has chosen.
        place: Where the part stands.
    """
    path = {id(node) for node in _path_to(part, reference)}
    form = _blanked(part, path=path, reference=reference, spelled=spelled)
    return f"{place}: {ast.unparse(form)}"[:_LONGEST]


def _path_to(part: ast.AST, reference: ast.AST) -> list[ast.AST]:
    if part is reference:
        return [part]
    for child in ast.iter_child_nodes(part):
        if below := _path_to(child, reference):
            return [part, *below]
    return []


def _blanked(node: ast.AST, *, path: set[int], reference: ast.AST, spelled: str) -> ast.AST:
    if node is reference:
        return ast.Name(id=f"<{spelled}>")
    if id(node) not in path:
        return _blank(node)
    result = copy.copy(node)
    for name, value in ast.iter_fields(node):
        if isinstance(value, ast.expr | ast.keyword | ast.comprehension):
            setattr(result, name, _blanked(value, path=path, reference=reference, spelled=spelled))
        elif isinstance(value, list) and value and not isinstance(value[0], ast.cmpop):
            kept = [each for each in value if each is not None and _is_kept(each, node=node, path=path)]
            each_blanked = [_blanked(each, path=path, reference=reference, spelled=spelled) for each in kept]
            setattr(result, name, each_blanked)
    if isinstance(result, ast.keyword):
        result.arg = result.arg and "_"
    return result


def _is_kept(each: ast.AST, *, node: ast.AST, path: set[int]) -> bool:
    """Tell whether an element belongs to the shape: what else is listed, or passed along with the name, does not."""
    if isinstance(node, ast.Call) and id(node.func) not in path:
        return id(each) in path
    return id(each) in path or not isinstance(node, ast.List | ast.Tuple | ast.Set | ast.Dict | ast.JoinedStr)


def _blank(node: ast.AST) -> ast.AST:
    """Put a short word in the place of what has nothing to do with the name."""
    if isinstance(node, ast.keyword):
        return ast.keyword(arg=node.arg, value=ast.Name(id="_"))
    if not isinstance(node, ast.expr):
        return _blank_inside(node)
    if isinstance(node, ast.Constant):
        known = {str: "''", bytes: "b''", int: "0", float: "0", complex: "0"}
        return ast.Name(id=known.get(type(node.value), repr(node.value)))
    words = {ast.Call: "_()", ast.Attribute: "_._", ast.Name: "_", ast.Lambda: "lambda", ast.JoinedStr: "f''"}
    if isinstance(node, ast.Starred):
        return ast.Name(id="*_")
    return ast.Name(id=words.get(type(node), _CUT))


def _blank_inside(node: ast.AST) -> ast.AST:
    result = copy.copy(node)
    for name, value in ast.iter_fields(node):
        if isinstance(value, ast.expr):
            setattr(result, name, _blank(value))
        elif isinstance(value, list):
            setattr(result, name, [_blank(each) for each in value if isinstance(each, ast.AST)])
    return result


def head_of(node: ast.AST) -> tuple[int, int]:
    """Give the first and the last line of a statement, or of what stands in front of its block."""
    start, end = getattr(node, "lineno", 1), getattr(node, "end_lineno", 1)
    decorators = getattr(node, "decorator_list", [])
    start = min([start, *(each.lineno for each in decorators)])
    body = getattr(node, "body", None)
    if isinstance(body, list) and body:
        first = min([body[0].lineno, *(each.lineno for each in getattr(body[0], "decorator_list", []))])
        end = max(first - 1, getattr(node, "lineno", 1))
    elif isinstance(node, ast.Match):
        end = node.subject.end_lineno or end
    return start, end


def code_for_tree(node: ast.AST, *, shown: str | None = None) -> str:
    """Write a part anew, on its own, for its tree to be shown: no blocks, long strings cut.

    Args:
        node: An expression or a statement.
        shown: Where it is given, strings that it does not hold are secrets.
    """
    bare = copy.copy(node)
    if isinstance(bare, ast.Try | ast.TryStar | ast.Match):
        return ""
    if isinstance(bare, ast.stmt):
        for name in _WITH_BLOCK:
            if getattr(bare, name, None):
                setattr(bare, name, [ast.Expr(ast.Constant(...))] if name == "body" else [])
    return ast.unparse(_Cutter(shown).visit(copy.deepcopy(bare)))


class _Cutter(ast.NodeTransformer):
    def __init__(self, shown: str | None) -> None:
        self._shown = shown

    def visit_Constant(self, node: ast.Constant) -> ast.Constant:
        if not isinstance(node.value, str | bytes):
            return node
        text = node.value if isinstance(node.value, str) else node.value.decode("latin-1")
        if self._shown is not None and len(text) >= _SHORTEST and text not in self._shown:
            return ast.Constant("[secret]")
        return ast.Constant(node.value[:_LONGEST_STRING])
