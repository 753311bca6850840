"""The log of a workflow as a page shows it: without what another run, machine or version of act would write."""

from __future__ import annotations

import itertools
import re
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.action.conftest import Ran, Rig

PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "action-log.md"
_INTRODUCTION = """# The log of a workflow

What `act` printed as it ran the Action on a repository with one file to change; the forge is the one of the tests.
Whatever our commands print stands between `::stop-commands::` and its end, where the runner obeys nothing.
Left out are what differs from run to run, and what says the same twice. A test compares the steps.

"""
_NOISE = ("LocalRepositoryCache", "{", "Cleaning up")
#: Up to where a terminal would show something else by now.
_DRAWN = re.compile(r".*\x1b\[(?:2K|\?25[lh])|\x1b\[[0-9;]*m")
_UNSTABLE = (
    (re.compile(r" \[[0-9.]+[mµ]?s\]$"), ""),
    (re.compile(r"\b[0-9a-f]{32}\b(?=$|::)"), "RANDOM"),
    (re.compile(r"\b[0-9a-f]{40}\b"), "COMMIT"),
    (re.compile(r"(?<==)/\S*/(?=[\w.-]+$)"), "RUNNER_TEMP/"),
    (re.compile(r"https://127\.0\.0\.1:\d+"), "https://github.example"),
)


def render(ran: Ran, rig: Rig) -> str:
    """Write the page."""
    lines: list[str] = []
    for each in ran.log.splitlines():
        line = _DRAWN.sub("", each.replace(str(rig.folder), "")).rstrip()
        for pattern, instead in _UNSTABLE:
            line = pattern.sub(instead, line)
        is_told = line.startswith(("  ⚙  ::set-output", "  ⚙  Summary")) and line in lines
        if line and not line.startswith(_NOISE) and not is_told and not re.search("[\u2800-\u28ff━]", line):
            lines.append(line)
    # Outputs come in any order.
    told = (sorted(part) if is_output else part for is_output, part in itertools.groupby(lines, _is_output))
    text = "\n".join(itertools.chain.from_iterable(told))
    return f"{_INTRODUCTION}```text\n{text}" + "\n```\n\n## The summary of the job\n\n" + _summary(ran)


def _is_output(line: str) -> bool:
    return line.startswith("  ⚙  ::set-output")


def steps(page: str) -> list[str]:
    """Give the lines that say what was run, and how that ended."""
    return [line for line in page.splitlines() if line.startswith(("⭐", "  ✅", "  ❌", "created"))]


def _summary(ran: Ran) -> str:
    half = len(ran.summary) // 2
    # A composite action's is told twice, as its step's and as its own.
    once = ran.summary[:half] if ran.summary[:half] == ran.summary[half:] else ran.summary
    return (
        re.sub(r"https://127\.0\.0\.1:\d+", "https://github.example", once)
        .replace("### ", "**", 1)
        .replace("`\n", "`**\n", 1)
    )
