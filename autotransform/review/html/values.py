"""What the report is given, besides the document."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, TypeAlias

#: What ``json.loads`` gives.
Json: TypeAlias = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Where the run is from, as far as the document does not say."""

    #: Who wanted it; may be empty.
    asked_by: str = ""
    #: How to make the change again; may be empty.
    command: str = ""
    #: What was refused in review and is not in the run, counted in words; may be empty.
    refused: str = ""
    #: Of whatever affects the bytes: name and version.
    versions: tuple[tuple[str, str], ...] = ()
