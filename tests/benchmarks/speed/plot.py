"""Draw how much more processor time the others take, as an SVG that can be read on light and on dark."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from tests.benchmarks.speed.report import TIMES, format_figure
from tests.benchmarks.speed.values import OURS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.benchmarks.speed.values import Result

_WIDTH, _LEFT, _RIGHT = 760, 190, 70
_BAR, _GAP, _TITLE, _TOP, _BOTTOM = 16, 5, 30, 34, 34
_STYLE = """
  text { font: 13px system-ui, sans-serif; fill: #1f2328; }
  .title { font-weight: 600; }
  .tick { fill: #59636e; font-size: 11px; }
  .grid { stroke: #59636e; stroke-opacity: .25; }
  .one { stroke: #1f2328; }
  .theirs { fill: #6e7781; }
  .ours { fill: #0969da; }
  @media (prefers-color-scheme: dark) {
    text { fill: #f0f6fc; }
    .tick { fill: #9198a1; }
    .grid { stroke: #9198a1; }
    .one { stroke: #f0f6fc; }
    .theirs { fill: #9198a1; }
    .ours { fill: #4493f8; }
  }
"""


def draw(results: Sequence[Result]) -> str:
    """Draw one group of bars for each work that others did, too; the scale is logarithmic."""
    groups = [(result.title, bars) for result in results if (bars := _bars_of(result))]
    ratios = [ratio for _, bars in groups for _, ratio in bars]
    low = math.floor(math.log10(min([0.1, *ratios])))
    high = math.ceil(math.log10(max([10.0, *ratios])))
    scale = (_WIDTH - _LEFT - _RIGHT) / (high - low)

    def x_of(ratio: float) -> float:
        return _LEFT + (math.log10(ratio) - low) * scale

    height = _TOP + sum(_TITLE + len(bars) * (_BAR + _GAP) for _, bars in groups) + _BOTTOM
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" role="img">',
        "<title>Processor time of other tools, as a multiple of ours</title>",
        f"<style>{_STYLE}</style>",
        '<text class="title" x="8" y="20">Processor time, as a multiple of ours (logarithmic)</text>',
    ]
    for power in range(low, high + 1):
        x = x_of(10.0**power)
        kind = "one" if power == 0 else "grid"
        parts.append(f'<line class="{kind}" x1="{x:.1f}" y1="{_TOP}" x2="{x:.1f}" y2="{height - _BOTTOM}"/>')
        label = f"{10.0**power:,.{max(0, -power)}f}{TIMES}"
        parts.append(f'<text class="tick" x="{x:.1f}" y="{height - 14}" text-anchor="middle">{label}</text>')
    y = float(_TOP)
    for title, bars in groups:
        parts.append(f'<text class="title" x="8" y="{y + 20:.1f}">{escape(title)}</text>')
        y += _TITLE
        for name, ratio in bars:
            parts += _bar(name, ratio, y=y, one=x_of(1), end=x_of(ratio))
            y += _BAR + _GAP
    return "\n".join([*parts, "</svg>"]) + "\n"


def _bars_of(result: Result) -> list[tuple[str, float]]:
    """Give who took how many times ours, most first; nothing where nobody else took part."""
    others = [(row.name, ratio[0]) for row in result.rows if row.name != OURS and (ratio := result.ratio(row.name))]
    if not result.name.startswith(("a", "b", "c", "d")) or not others:
        return []
    return sorted([*others, (OURS, 1.0)], key=lambda bar: (-bar[1], bar[0]))


def _bar(name: str, ratio: float, *, y: float, one: float, end: float) -> list[str]:
    left, right = min(one, end), max(one, end, one + 2)
    kind = "ours" if name == OURS else "theirs"
    label = f"{1 if name == OURS else format_figure(ratio)}{TIMES}"
    middle = y + _BAR - 4
    return [
        f'<text x="{_LEFT - 8}" y="{middle:.1f}" text-anchor="end">{escape(name)}</text>',
        f'<rect class="{kind}" x="{left:.1f}" y="{y:.1f}" width="{right - left:.1f}" height="{_BAR}" rx="2"/>',
        f'<text x="{right + 6:.1f}" y="{middle:.1f}">{label}</text>',
    ]
