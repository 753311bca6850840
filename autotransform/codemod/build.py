"""Make new code: parse it, fill it in, and put parentheses where its place needs them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, TypeVar

import libcst as cst
from libcst.metadata import MetadataWrapper, ParentNodeProvider

from autotransform.errors import ScriptError

if TYPE_CHECKING:
    from collections.abc import Mapping

    Config = cst.PartialParserConfig
    Statement = cst.SimpleStatementLine | cst.BaseCompoundStatement

_Expression = TypeVar("_Expression", bound=cst.BaseExpression)

#: Expressions that hold together in any place, but for the two below.
_ATOMS = (
    cst.Name,
    cst.Attribute,
    cst.Call,
    cst.Subscript,
    cst.SimpleString,
    cst.FormattedString,
    cst.Integer,
    cst.Float,
    cst.Imaginary,
    cst.Ellipsis,
    cst.List,
    cst.Set,
    cst.Dict,
    cst.ListComp,
    cst.SetComp,
    cst.DictComp,
)
#: Places that take any operator: (node around, its field).
_OPEN_PLACES: frozenset[tuple[type[cst.CSTNode], str]] = frozenset(
    {
        (cst.Assign, "value"),
        (cst.AnnAssign, "value"),
        (cst.AugAssign, "value"),
        (cst.Return, "value"),
        (cst.Expr, "value"),
        (cst.Index, "value"),
        (cst.If, "test"),
        (cst.While, "test"),
        (cst.Assert, "test"),
        (cst.Assert, "msg"),
        (cst.Raise, "exc"),
        (cst.Element, "value"),
        (cst.DictElement, "key"),
        (cst.DictElement, "value"),
        (cst.For, "iter"),
        (cst.Param, "default"),
        (cst.Annotation, "annotation"),
    }
)
#: What never goes without parentheses when it is put somewhere: it takes in what stands beside it.
_GREEDY = (
    cst.Tuple,
    cst.NamedExpr,
    cst.Yield,
    cst.Lambda,
    cst.GeneratorExp,
    cst.ConcatenatedString,
)
_FIELD = re.compile(r"\{([A-Za-z_]\w*)\}")


def expression(template: str, *, parts: Mapping[str, cst.BaseExpression | str], config: Config) -> cst.BaseExpression:
    """Parse an expression and fill its parts in.

    Raises:
        ScriptError: It does not parse, or a part is missing or left over.
    """
    text, fillings = _prepared(template, parts=parts, config=config)
    try:
        tree = cst.parse_expression(text, config)
    except cst.ParserSyntaxError as error:
        raise ScriptError(f"the template {template!r} is not an expression") from error
    filled = _filled(tree, fillings)
    assert isinstance(filled, cst.BaseExpression)
    return filled


def statement(
    template: str,
    *,
    parts: Mapping[str, cst.BaseExpression | str],
    like: cst.CSTNode | None,
    config: Config,
) -> Statement:
    """Parse a statement, fill its parts in, and dress it as the one that it replaces.

    Raises:
        ScriptError: It does not parse, or a part is missing or left over.
    """
    text, fillings = _prepared(template, parts=parts, config=config)
    try:
        tree = cst.parse_statement(text, config)
    except cst.ParserSyntaxError as error:
        raise ScriptError(f"the template {template!r} is not a statement") from error
    filled = _filled(tree, fillings)
    assert isinstance(filled, cst.SimpleStatementLine | cst.BaseCompoundStatement)
    return _dressed(filled, like=like)


def parsed(value: cst.BaseExpression | str, *, config: Config) -> cst.BaseExpression:
    """Give an expression that may have been given as text."""
    return expression("{value}", parts={"value": value}, config=config) if isinstance(value, str) else value


def _prepared(
    template: str, *, parts: Mapping[str, cst.BaseExpression | str], config: Config
) -> tuple[str, dict[str, cst.BaseExpression]]:
    """Put a name that stands nowhere else in the place of each part."""
    wanted = set(_FIELD.findall(template))
    if wanted != set(parts):
        missing, left = sorted(wanted - set(parts)), sorted(set(parts) - wanted)
        what = f"no value for {', '.join(missing)}" if missing else f"no place for {', '.join(left)}"
        raise ScriptError(f"the template {template!r} has {what}")
    fillings = {}
    for name, part in parts.items():
        try:
            filling = cst.parse_expression(part, config) if isinstance(part, str) else part
        except cst.ParserSyntaxError as error:
            raise ScriptError(f"{name} is to be {part!r}, which is not an expression") from error
        fillings[f"_autotransform_{name}"] = filling
    return _FIELD.sub(lambda found: f"_autotransform_{found[1]}", template), fillings


def _filled(tree: cst.CSTNode, fillings: Mapping[str, cst.BaseExpression]) -> cst.CSTNode:
    wrapper = MetadataWrapper(_module_of(tree), unsafe_skip_copy=True)
    parents = wrapper.resolve(ParentNodeProvider)
    filled = tree.visit(_Filler(fillings, parents=parents))
    assert isinstance(filled, cst.CSTNode)
    return filled


def _module_of(tree: cst.CSTNode) -> cst.Module:
    if isinstance(tree, cst.BaseExpression):
        tree = cst.SimpleStatementLine(body=[cst.Expr(value=tree)])
    assert isinstance(tree, cst.SimpleStatementLine | cst.BaseCompoundStatement)
    return cst.Module(body=[tree])


class _Filler(cst.CSTTransformer):
    def __init__(
        self, fillings: Mapping[str, cst.BaseExpression], *, parents: Mapping[cst.CSTNode, cst.CSTNode]
    ) -> None:
        super().__init__()
        self.fillings = fillings
        self.parents = parents

    def leave_Name(self, original_node: cst.Name, updated_node: cst.Name) -> cst.BaseExpression:
        filling = self.fillings.get(original_node.value)
        if filling is None:
            return updated_node
        # Nodes must not stand in a tree twice: a part may fill several places.
        return fitted(filling.deep_clone(), place=original_node, parent=self.parents[original_node])


def is_atomic(node: cst.BaseExpression) -> bool:
    """Whether an expression means the same in any place where an expression may stand."""
    return bool(node.lpar) or isinstance(node, _ATOMS)


def is_alike(node: cst.BaseExpression, place: cst.CSTNode) -> bool:
    """Whether an expression binds as tightly as what stood in its place: the same kind, with the same operator."""
    return type(node) is type(place) and type(getattr(node, "operator", None)) is type(getattr(place, "operator", None))


def fitted(node: _Expression, *, place: cst.CSTNode, parent: cst.CSTNode) -> _Expression:
    """Put parentheses around an expression where the place that it takes needs them."""
    if isinstance(node, cst.Integer | cst.Float) and isinstance(parent, cst.Attribute) and not node.lpar:
        return parenthesized(node)
    if is_atomic(node) or _is_open(place, parent=parent, node=node):
        return node
    return parenthesized(node)


def parenthesized(node: _Expression) -> _Expression:
    """Put one pair of parentheses around an expression."""
    return node.with_changes(lpar=[cst.LeftParen(), *node.lpar], rpar=[*node.rpar, cst.RightParen()])


def _is_open(place: cst.CSTNode, *, parent: cst.CSTNode, node: cst.BaseExpression) -> bool:
    if isinstance(parent, cst.Arg) and parent.value is place:
        return not parent.star and not isinstance(node, _GREEDY)
    for kind, field in _OPEN_PLACES:
        if isinstance(parent, kind) and getattr(parent, field) is place:
            return not isinstance(node, _GREEDY) or isinstance(parent, cst.Assign | cst.Return | cst.Expr)
    return False


def _dressed(new: Statement, *, like: cst.CSTNode | None) -> Statement:
    """Give a statement the empty lines and comments that stand around another."""
    if not isinstance(like, cst.SimpleStatementLine | cst.BaseCompoundStatement):
        return new
    new = new.with_changes(leading_lines=getattr(like, "leading_lines", ()))
    if isinstance(new, cst.SimpleStatementLine) and isinstance(like, cst.SimpleStatementLine):
        return new.with_changes(trailing_whitespace=like.trailing_whitespace)
    return new
