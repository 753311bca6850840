"""Names of parts: safe for a branch, different for different parts, and the same on every run."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

from autotransform.review.text import encode_path

if TYPE_CHECKING:
    from collections.abc import Sequence

    from autotransform.publish.splitting.cutting import Group

#: Characters of a name, of its readable part, and of a digest.
_LONGEST, _READABLE, _DIGITS = 60, 40, 8

#: A key that can be had back from its name: no two of these have the same.
_PLAIN = re.compile(r"[a-z0-9][a-z0-9_-]*(?:/[a-z0-9][a-z0-9_-]*)*")
#: What a part without a key is called.
_NOTHING = {"codeowners": "unowned", "shape": "others", "count": "files"}
_TOP = "top-level"
_TAKEN = frozenset({*_NOTHING.values(), _TOP})


def name_parts(groups: Sequence[Group], *, by: str) -> list[str]:
    """Name each group by its key and, where it is a piece of one, by the file with which it begins.

    A name that does not tell its key in full ends in a digest of it, whether or not there is another one like it: else
    the other one would rename it.
    """
    return [_name(group, by=by) for group in groups]


def _name(group: Group, *, by: str) -> str:
    key = group.key
    plain = key.replace("@", "") if by == "codeowners" else key
    if not key:
        name = _NOTHING.get(by, _TOP)
    elif _PLAIN.fullmatch(plain) and len(plain) <= _READABLE and plain not in _TAKEN and not plain.endswith("lock"):
        name = plain.replace("/", ".")
    else:
        name = f"{_readable(plain)}-{_digest(key)}".lstrip("-")
    return f"{name}-{_digest(group.first)}"[-_LONGEST:] if group.first else name


def _readable(text: str) -> str:
    words = re.sub(r"[^a-z0-9_]+", "-", text.lower())
    return words.strip("-_")[:_READABLE].rstrip("-_")


def _digest(text: str) -> str:
    return hashlib.sha256(encode_path(text)).hexdigest()[:_DIGITS]
