"""Parse a file into LibCST's tree, without a second look at each node."""

from __future__ import annotations

from typing import TYPE_CHECKING

import libcst as cst

if TYPE_CHECKING:
    from collections.abc import Callable

_CHECK: Callable[[cst.CSTNode], None] = cst.CSTNode.__post_init__


def parse(content: bytes) -> cst.Module:
    """Parse a file, as LibCST does.

    Each node of LibCST looks at itself when it is made, which takes a sixth of the time: what the parser makes is as it
    should be. What a script makes is not, and is looked at.

    Raises:
        ParserSyntaxError: It does not parse.
        SyntaxError, UnicodeDecodeError, LookupError: It cannot be decoded.
    """
    cst.CSTNode.__post_init__ = _unchecked  # type: ignore[method-assign]
    try:
        return cst.parse_module(content)
    finally:
        cst.CSTNode.__post_init__ = _CHECK  # type: ignore[method-assign,assignment]


def _unchecked(self: cst.CSTNode) -> None:
    pass
