"""Put what was measured onto its page."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tests.benchmarks.speed.plot import draw

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.benchmarks.speed.values import Result

PAGE = Path(__file__).parents[3] / "docs" / "explanation" / "performance.md"
BEGIN, END = "<!-- measured: begin -->", "<!-- measured: end -->"


def write_page(tables: str, results: Sequence[Result], *, page: Path = PAGE) -> None:
    """Put the tables between the marks of the page, and the plot beside it.

    Raises:
        ValueError: The page has no marks.
    """
    text = page.read_text(encoding="utf-8")
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{page.name} lacks the marks {BEGIN} and {END}")
    page.write_text(f"{before}{BEGIN}\n\n{tables}\n{END}{after}", encoding="utf-8")
    page.with_suffix(".svg").write_text(draw(results), encoding="utf-8")
