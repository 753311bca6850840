"""The part of a tree that names can stand in: no whitespace, brackets, commas, operators."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

from autotransform.tree.fields import SHAPES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

#: What the parser and LibCST's visits hold several nodes in.
MANY = frozenset({tuple, list})

_DEFAULT = cst.MaybeSentinel.DEFAULT
#: Fields that hold marks of layout, in each kind of node that has them; so do those that are named ``whitespace…``.
LAYOUT = frozenset(
    {
        "asynchronous",
        "colon",
        "comma",
        "comment",
        "dot",
        "empty_lines",
        "equal",
        "first_colon",
        "first_line",
        "footer",
        "header",
        "last_line",
        "lbrace",
        "lbracket",
        "leading_lines",
        "leading_whitespace",
        "lines_after_decorators",
        "lpar",
        "newline",
        "operator",
        "posonly_ind",
        "rbrace",
        "rbracket",
        "relative",
        "rpar",
        "second_colon",
        "semicolon",
        "separator",
        "trailing_comma",
        "trailing_whitespace",
    }
)


def is_layout(field: str) -> bool:
    """Whether a field holds marks of layout, in each kind of node that has it."""
    return field in LAYOUT or field.startswith("whitespace")


#: The other fields with nodes of each kind of node, in the order in which LibCST visits them.
PARTS: dict[type, tuple[str, ...]] = {
    kind: tuple(each.name for each in shape.children if not is_layout(each.name)) for kind, shape in SHAPES.items()
}

#: Kinds of which no mark of layout is, nor anything in one.
INNER = frozenset({kind for kind, fields in PARTS.items() if fields} | {cst.Name, cst.SimpleString})


def parts(node: cst.CSTNode) -> Sequence[cst.CSTNode]:
    """Give the children of a node that are no marks of layout, in the order in which LibCST visits them."""
    fields = PARTS.get(type(node))
    if fields is None:  # a kind of node of which nothing is known
        return node.children
    found: list[cst.CSTNode] = []
    for name in fields:
        value = getattr(node, name)
        if type(value) in MANY:
            found += value
        elif value is not None and value is not _DEFAULT:
            found += [value] if isinstance(value, cst.CSTNode) else value
    return found


def skeleton(node: cst.CSTNode) -> Iterator[cst.CSTNode]:
    """Give a node and everything below it but marks of layout, each node before what is below it."""
    stack = [node]
    while stack:
        node = stack.pop()
        yield node
        stack += reversed(parts(node))
