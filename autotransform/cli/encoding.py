"""JSON as it may be printed, also where a workflow's runner reads along."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def encode_json(document: Mapping[str, object] | Sequence[object], *, indent: int = 2) -> bytes:
    """Write a document in ASCII, with a line end; the runner of a GitHub workflow finds no command in it."""
    text = json.dumps(document, indent=indent, ensure_ascii=True, default=str)
    # Between two strings these never stand together; in one, they would begin a command wherever they stand.
    return text.replace("##[", "#\\u0023[").encode("ascii") + b"\n"
