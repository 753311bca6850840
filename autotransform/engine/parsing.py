"""Parse a file into LibCST's tree, without a second look at each node."""

from __future__ import annotations

import libcst as cst

from autotransform.tree.making import fast_nodes


def parse(content: bytes) -> cst.Module:
    """Parse a file, as LibCST does.

    Each node of LibCST looks at itself when it is made, which takes a sixth of the time: what the parser makes is as it
    should be. What a script makes is not, and is looked at.

    Raises:
        ParserSyntaxError: It does not parse.
        SyntaxError, UnicodeDecodeError, LookupError: It cannot be decoded.
    """
    with fast_nodes():
        return cst.parse_module(content)
