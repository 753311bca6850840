"""(g): what it takes in tokens to let a model edit every file, against one session that writes one script."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.benchmarks.speed.values import Result

#: Python source takes three to five bytes a token in the tokenizers of today; this is the middle of it, so every
#: figure may be a third too small or a fifth too large.
BYTES_A_TOKEN = 4
#: The mean over the 14 recorded answers of docs/explanation/authoring-benchmark.md: 229,177 and 16,939 in all.
SESSION_SENT, SESSION_RECEIVED = 16_370, 1_210


@dataclass(frozen=True, slots=True, kw_only=True)
class Tokens:
    """What one way sends and receives."""

    work: str
    files: int
    way: str
    sent: int
    received: int

    @property
    def times(self) -> float:
        """Times the tokens of one authoring session, both ways added up."""
        return (self.sent + self.received) / (SESSION_SENT + SESSION_RECEIVED)

    def money(self, prices: tuple[float, float]) -> float:
        """Give the price, from those of a million tokens sent and received."""
        return (self.sent * prices[0] + self.received * prices[1]) / 1e6


def count_tokens(results: Sequence[Result]) -> tuple[Tokens, ...]:
    """Reckon it for every work that changed something.

    Only the files that change are counted, each sent once, with no instructions, no search for them and no second try:
    less than any real session needs.
    """
    lines = []
    for result in results:
        if (changes := result.changes) is None or not changes.files:
            continue
        sent = changes.before // BYTES_A_TOKEN
        for way, received in (("whole files", changes.after), ("diffs", changes.diff)):
            lines.append(
                Tokens(work=result.title, files=changes.files, way=way, sent=sent, received=received // BYTES_A_TOKEN)
            )
    return tuple(lines)
