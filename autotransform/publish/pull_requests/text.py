"""Which text of a pull request is ours: what stands between two comments. All around it is people's, and stays.

What people write above the first comment or below the last is kept as it is; what they write in between is written
anew. Where they took the last comment away, the whole text is theirs. A title is ours as long as it is the one that we
gave: the first comment holds a digest of that.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass

from autotransform.publish.pull_requests.body import read_marker

#: GitHub takes no more.
LONGEST = 65_536

_BEGIN = re.compile(r"<!-- autotransform begins: ([0-9a-f]{12})( unfinished)? -->", re.ASCII)
_DIGITS = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldText:
    """The text of a pull request, as it is."""

    above: str
    ours: str
    below: str
    #: Of the title that we gave; empty where that is not noted.
    title_digest: str
    #: Whether nobody was asked yet for what is asked once: a review, say.
    is_unfinished: bool


def read_text(body: str) -> HeldText | None:
    """Read a body; ``None`` where nothing in it is ours."""
    lines = body.replace("\r\n", "\n").split("\n")
    ends = [number for number, line in enumerate(lines) if read_marker(line)]
    if not ends:
        return None
    end = ends[-1] + 1
    begins = [(number, found) for number, line in enumerate(lines[:end]) if (found := _BEGIN.fullmatch(line.strip()))]
    start, found = begins[0] if begins else (0, None)
    return HeldText(
        above="\n".join(lines[:start]),
        ours="\n".join(lines[start + (found is not None) : end]),
        below="\n".join(lines[end:]),
        title_digest=found[1] if found else "",
        is_unfinished=bool(found and found[2]),
    )


def write_text(ours: str, *, title: str, held: HeldText | None = None, is_unfinished: bool = False) -> str:
    """Write a body: ours, with people's text around it as it was.

    Args:
        ours: Ends with the marker.
        title: That we give.
        held: What stands there.
        is_unfinished: Whether somebody is still to be asked.
    """
    mark = " unfinished" if is_unfinished else ""
    middle = f"<!-- autotransform begins: {digest_title(title)}{mark} -->\n{ours.strip()}"
    above = f"{held.above.rstrip()}\n\n" if held and held.above.strip() else ""
    below = f"\n\n{held.below.strip()}" if held and held.below.strip() else ""
    return f"{above}{middle}{below}\n"


def is_same(one: str, other: str) -> bool:
    """Tell whether two bodies are the same but for the ends of lines, which browsers write in another way."""
    return one.replace("\r\n", "\n").strip() == other.replace("\r\n", "\n").strip()


def digest_title(title: str) -> str:
    """Give what a title is known by."""
    return hashlib.sha256(" ".join(title.split()).encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS]
