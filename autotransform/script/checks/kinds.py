"""What is known of a value that a script computes, without computing it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

#: Where a node comes from: the tree before, what came back from below, or made by the script.
Origin = Literal["original", "updated", "made", ""]


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """The classes that a value may be of. Everything it can be is in there, so that what is missing is impossible."""

    one: frozenset[type]
    #: Where the value is a sequence: the classes of its elements.
    many: frozenset[type] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of an expression; ``kind`` is ``None`` where it could be anything."""

    kind: Kind | None = None
    origin: Origin = ""


NOTHING = Known()
