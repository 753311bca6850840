"""Invariant 3: the printed text means what the tree says.

LibCST prints ``a if b else c + 1`` for a tree that says ``(a if b else c) + 1`` and reports success. So print the tree
twice, plainly and with parentheses around everything that can lose them, and compare what Python reads in both.
"""

from __future__ import annotations

import ast
import warnings
from typing import TYPE_CHECKING, TypeVar

import libcst as cst

from autotransform.engine.respelling import NONE
from autotransform.engine.skeleton import Unsure, fits, skeleton

if TYPE_CHECKING:
    from autotransform.engine.respelling import Respellings

_Expression = TypeVar("_Expression", bound=cst.BaseExpression)

#: Binary operators by how tightly they bind, loosest first. Python groups all of them to the left, but for the power.
_LEVELS: tuple[tuple[type[cst.BaseBinaryOp], ...], ...] = (
    (cst.BitOr,),
    (cst.BitXor,),
    (cst.BitAnd,),
    (cst.LeftShift, cst.RightShift),
    (cst.Add, cst.Subtract),
    (cst.Multiply, cst.Divide, cst.FloorDivide, cst.Modulo, cst.MatrixMultiply),
)


def find_misreading(
    content: bytes, *, tree: cst.Module, before: cst.Module | None = None, respellings: Respellings = NONE
) -> str:
    """Tell where a text says something else than the tree that it was printed from; empty when nowhere.

    Args:
        content: The text; of one that does not parse nothing is told.
        tree: What it was printed from.
        before: The parsed tree from which that came: its statements need no look where they stand as they are.
        respellings: What differs from that in spelling alone, which needs none either.

    Raises:
        RecursionError: The tree is nested too deeply to be compared.
    """
    if respellings.is_all:
        return ""
    if before is not None:
        known = before.with_changes(body=[*before.body, *respellings.statements])
        if is_plainly_right(content, tree=tree, before=known):
            return ""
    try:
        plain_tree = parse_quietly(content)
    except (SyntaxError, ValueError):
        return ""
    forced = tree.visit(_Parenthesise())
    try:
        forced_tree = parse_quietly(forced.bytes)
    except SyntaxError as error:
        if "too many nested parentheses" in str(error.msg):
            raise RecursionError from None
        return f"the tree cannot be written down with all its parentheses: {error.msg}, line {error.lineno}"
    return _first_difference(_Flatten().visit(plain_tree), _Flatten().visit(forced_tree))


def is_plainly_right(content: bytes, *, tree: cst.Module, before: cst.Module) -> bool:
    """Whether the new statements tell that nothing is misread."""
    try:
        reduced = skeleton(tree, before=before, content=content)
        plain, forced = parse_quietly(reduced.bytes), parse_quietly(reduced.visit(_Parenthesise()).bytes)
    except (Unsure, SyntaxError, ValueError):
        return False
    return fits(reduced, plain) and not _first_difference(_Flatten().visit(plain), _Flatten().visit(forced))


def parse_quietly(content: bytes) -> ast.Module:
    """Parse without the warnings that the parser gives about other people's code."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return ast.parse(content)


class _Parenthesise(cst.CSTTransformer):
    """Put parentheses around every operator and the like that has none."""

    def visit_MatchCase_pattern(self, node: cst.MatchCase) -> None:
        self._patterns += 1

    def leave_MatchCase_pattern(self, node: cst.MatchCase) -> None:
        self._patterns -= 1

    def __init__(self) -> None:
        super().__init__()
        self._patterns = 0
        self._exempt: set[int] = set()

    def visit_Del(self, node: cst.Del) -> None:
        self._exempt.add(id(node.target))  # `del (a, b)` is another tree than `del a, b`

    # Python reads at most 200 nested parentheses, and sums of more terms exist. What groups to the left anyway (to the
    # right, in a chain of conditions) cannot be misread and needs none.

    def visit_BinaryOperation(self, node: cst.BinaryOperation) -> None:
        if isinstance(node.left, cst.BinaryOperation) and 0 <= _level(node) <= _level(node.left):
            self._exempt.add(id(node.left))

    def visit_BooleanOperation(self, node: cst.BooleanOperation) -> None:
        for side in (node.left, node.right):
            if isinstance(side, cst.BooleanOperation) and type(side.operator) is type(node.operator):
                self._exempt.add(id(side))

    def visit_IfExp(self, node: cst.IfExp) -> None:
        if isinstance(node.orelse, cst.IfExp):
            self._exempt.add(id(node.orelse))

    def visit_FormattedStringExpression(self, node: cst.FormattedStringExpression) -> bool:
        return node.equal is None  # `{x = }` prints its own text

    def _force(self, original: _Expression, updated: _Expression) -> _Expression:
        if updated.lpar or self._patterns or id(original) in self._exempt:
            return updated
        return updated.with_changes(lpar=[cst.LeftParen()], rpar=[cst.RightParen()])

    def leave_BinaryOperation(
        self, original_node: cst.BinaryOperation, updated_node: cst.BinaryOperation
    ) -> cst.BaseExpression:
        return self._force(original_node, updated_node)

    def leave_UnaryOperation(
        self, original_node: cst.UnaryOperation, updated_node: cst.UnaryOperation
    ) -> cst.BaseExpression:
        return self._force(original_node, updated_node)

    def leave_BooleanOperation(
        self, original_node: cst.BooleanOperation, updated_node: cst.BooleanOperation
    ) -> cst.BaseExpression:
        return self._force(original_node, updated_node)

    def leave_Comparison(self, original_node: cst.Comparison, updated_node: cst.Comparison) -> cst.BaseExpression:
        return self._force(original_node, updated_node)

    def leave_IfExp(self, original_node: cst.IfExp, updated_node: cst.IfExp) -> cst.BaseExpression:
        return self._force(original_node, updated_node)

    def leave_Lambda(self, original_node: cst.Lambda, updated_node: cst.Lambda) -> cst.BaseExpression:
        return self._force(original_node, updated_node)

    def leave_Await(self, original_node: cst.Await, updated_node: cst.Await) -> cst.BaseExpression:
        return self._force(original_node, updated_node)

    def leave_Yield(self, original_node: cst.Yield, updated_node: cst.Yield) -> cst.BaseExpression:
        return self._force(original_node, updated_node)

    def leave_NamedExpr(self, original_node: cst.NamedExpr, updated_node: cst.NamedExpr) -> cst.BaseExpression:
        return self._force(original_node, updated_node)

    def leave_Tuple(self, original_node: cst.Tuple, updated_node: cst.Tuple) -> cst.BaseExpression:
        return self._force(original_node, updated_node)


def _level(node: cst.BinaryOperation) -> int:
    return next((level for level, operators in enumerate(_LEVELS) if isinstance(node.operator, operators)), -1)


class _Flatten(ast.NodeTransformer):
    """Read ``(a or b) or c`` as ``a or b or c``: they are the same, and print the same."""

    def visit_BoolOp(self, node: ast.BoolOp) -> ast.AST:
        self.generic_visit(node)
        values: list[ast.expr] = []
        for value in node.values:
            same = isinstance(value, ast.BoolOp) and type(value.op) is type(node.op)
            values += value.values if same and isinstance(value, ast.BoolOp) else [value]
        node.values = values
        return node


def _first_difference(plain: ast.Module, forced: ast.Module) -> str:
    if ast.dump(plain) == ast.dump(forced):
        return ""
    for one, other in zip(plain.body, forced.body, strict=False):
        if ast.dump(one) != ast.dump(other):
            inner = _inner_difference(one, other)
            return f"line {inner[0].lineno}: `{_shown(inner[0])}` is written where `{_shown(inner[1])}` is meant"
    return f"{len(plain.body)} statements are written where {len(forced.body)} are meant"


def _inner_difference(one: ast.stmt, other: ast.stmt) -> tuple[ast.stmt, ast.stmt]:
    """Go down to the innermost statement that differs, for the message."""
    children = [
        (a, b) for a, b in zip(_statements(one), _statements(other), strict=False) if ast.dump(a) != ast.dump(b)
    ]
    if len(_statements(one)) == len(_statements(other)) and len(children) == 1:
        return _inner_difference(*children[0])
    return one, other


def _statements(node: ast.stmt) -> list[ast.stmt]:
    return [child for child in ast.iter_child_nodes(node) if isinstance(child, ast.stmt)]


def _shown(node: ast.stmt) -> str:
    text = ast.unparse(node).partition("\n")[0]
    limit = 120
    return text if len(text) <= limit else text[: limit - 1] + "…"
