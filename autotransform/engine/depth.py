"""How deep Python may recurse while a file is worked on."""

from __future__ import annotations

import contextlib
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

#: Real files nest past Python's default of 1,000: a plain LibCST visit of one of sympy's fails there. Code that is
#: nested past this is skipped.
RECURSION_LIMIT = 12_000

#: What is said of such a file.
TOO_DEEP = "nested too deeply"


@contextlib.contextmanager
def deep_recursion() -> Iterator[None]:
    """Let Python recurse as deep as real files are nested."""
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(max(limit, RECURSION_LIMIT))
    try:
        yield
    finally:
        sys.setrecursionlimit(limit)
