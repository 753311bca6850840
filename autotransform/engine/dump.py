"""How LibCST sees a piece of code, in one short notation, for somebody who has to write visitors for it."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import libcst as cst

if TYPE_CHECKING:
    from collections.abc import Iterator

#: LibCST's parser takes a time that grows with the square of the text, twice as long for each bracket in a pattern, and
#: some thousand brackets end the whole process.
_LONGEST_CODE = 2_000
_DEEPEST, _DEEPEST_IN_PATTERNS = 40, 8
_CUT = "…"


def dump_tree(code: str, *, limit: int = 2_000) -> str:
    """Write the tree of an expression, or of statements, as nested calls.

    No whitespace, commas, parentheses or other marks of layout; no field that is as it would be by default; a field
    that stands first and says what the node is goes without its name: ``Name("x")``.

    Args:
        code: Empty lines and indentation around it do not matter.
        limit: Characters; what is longer is cut, and ends in ``…``.

    Returns:
        The tree, or nothing when the code does not parse or is too long.
    """
    node = _parse(code)
    if node is None:
        return ""
    try:
        text = _written(node)
    except RecursionError:
        return ""
    return text if len(text) <= limit else text[: max(limit - len(_CUT), 0)] + _CUT


def _parse(code: str) -> cst.CSTNode | None:
    if len(code) > _LONGEST_CODE or _depth(code) > (_DEEPEST_IN_PATTERNS if "case" in code else _DEEPEST):
        return None
    for parse in (cst.parse_expression, cst.parse_module):
        try:
            return parse(code.strip())
        except (cst.ParserSyntaxError, SyntaxError, UnicodeError, RecursionError, ValueError):
            continue  # not an expression, or nothing at all
    return None


def _depth(code: str) -> int:
    """Tell how many brackets are open at once, at the most; those in strings count as well."""
    depth = deepest = 0
    for char in code:
        depth += (char in "([{") - (char in ")]}")
        deepest = max(deepest, depth)
    return deepest


def _written(value: object) -> str:
    if isinstance(value, cst.Module):
        return ", ".join(_written(statement) for statement in value.body)
    if isinstance(value, cst.SimpleStatementLine) and len(value.body) == 1:
        return _written(value.body[0])
    if isinstance(value, cst.CSTNode):
        return f"{type(value).__name__}({', '.join(_fields(value))})"
    if isinstance(value, list | tuple):
        return f"[{', '.join(_written(each) for each in value)}]"
    return _quoted(value) if isinstance(value, str) else repr(value)


def _fields(node: cst.CSTNode) -> Iterator[str]:
    for number, field in enumerate(dataclasses.fields(node)):
        value = getattr(node, field.name)
        if _is_layout(field.name, value) or _is_default(field, value):
            continue
        # What a node is named after, or the only thing it holds, needs no name in front.
        is_plain = (
            number == 0 and field.name in {"value", "body"} and not isinstance(node, cst.Attribute | cst.Subscript)
        )
        yield _written(value) if is_plain else f"{field.name}={_written(value)}"


def _is_layout(name: str, value: object) -> bool:
    if name in {"lpar", "rpar", "lbracket", "rbracket", "lbrace", "rbrace", "header", "footer", "leading_lines"}:
        return True
    kinds = (cst.BaseParenthesizableWhitespace, cst.TrailingWhitespace, cst.Comma, cst.Semicolon, cst.Colon, cst.Dot)
    if "whitespace" in name or "lines" in name or isinstance(value, kinds):
        return True
    # The sign of an assigned keyword says nothing; the operator of an operation does.
    return isinstance(value, cst.AssignEqual)


def _is_default(field: dataclasses.Field[object], value: object) -> bool:
    if value is cst.MaybeSentinel.DEFAULT or value is None or value in ((), [], ""):
        return True
    return field.default is not dataclasses.MISSING and not isinstance(value, cst.CSTNode) and value == field.default


def _quoted(text: str) -> str:
    """Quote a string; with single quotes inside, as most code has them, nothing is escaped."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r")
    return f'"{escaped}"'
