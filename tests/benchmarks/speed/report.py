"""The tables, in Markdown, and everything as JSON."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import sys
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from tests.benchmarks.speed.values import OURS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.benchmarks.speed.goals import Goal
    from tests.benchmarks.speed.tokens import Tokens
    from tests.benchmarks.speed.values import Result, Row

#: Changes when a field of the JSON gets another meaning.
FORM = 1
TIMES = "\N{MULTIPLICATION SIGN}"
_HEAD = "| who | how | files | changed | same output | CPU | of ours | spread | clock | memory: it, largest child |"
_LINE = "|---|---|---:|---:|---|---:|---:|---:|---:|---:|"


def describe_machine() -> dict[str, str | int]:
    """Say what it ran on."""
    return {
        "cores": len(os.sched_getaffinity(0)) if sys.platform == "linux" else os.cpu_count() or 0,
        "machine": platform.machine(),
        "system": platform.system(),
        "python": platform.python_version(),
        "libcst": importlib.metadata.version("libcst"),
    }


def write_tables(
    results: Sequence[Result], *, goals: Sequence[Goal], tokens: Sequence[Tokens], prices: tuple[float, float] | None
) -> str:
    """Write everything as Markdown."""
    machine = describe_machine()
    where = f"{machine['system']} on {machine['machine']}, {machine['cores']} cores"
    lines = [f"{where}, Python {machine['python']}, LibCST {machine['libcst']}."]
    for result in results:
        lines += ["", *_work_lines(result)]
    lines += ["", *_goal_lines(goals)] if goals else []
    lines += ["", *_token_lines(tokens, prices)] if tokens else []
    return "\n".join(lines) + "\n"


def _work_lines(result: Result) -> list[str]:
    most = f"; {result.candidates} hold a word of the script" if result.candidates != result.size else ""
    lines = [f"**{result.title}**. {result.source}: {result.size}{most}.", "", _HEAD, _LINE]
    lines += [_row_line(row, result) for row in result.rows]
    lines += ["", *[f"- {sentence.splitlines()[0]}" for sentence in result.absent]] if result.absent else []
    return lines


def _row_line(row: Row, result: Result) -> str:
    ratio = result.ratio(row.name)
    about = "~" if row.factor != 1 else ""
    cells = [
        row.name,
        row.note,
        f"{row.size.files:,}",
        "-" if row.changed is None else f"{row.changed:,}",
        _sameness(row, result),
        f"{about}{row.cpu:.2f} s",
        "1" if row.name == OURS else _times(ratio[0] if ratio else None, about),
        f"{format_figure(ratio[1])} to {format_figure(ratio[2])}"
        if ratio and row.name != OURS
        else f"±{_own_spread(row):.0%}",
        f"{about}{row.wall:.2f} s",
        _memory(row),
    ]
    return f"| {' | '.join(cells)} |"


def _sameness(row: Row, result: Result) -> str:
    if row.name == result.reference:
        return "the reference"
    if row.differing is None:
        return "-"
    return "yes" if row.differing == 0 else f"no, {row.differing:,} files differ"


def _own_spread(row: Row) -> float:
    return (max(row.cpus) - min(row.cpus)) / 2 / row.cpu if row.cpu else 0


def _times(ratio: float | None, about: str) -> str:
    return "-" if ratio is None else f"**{about}{format_figure(ratio)}{TIMES}**"


def format_figure(number: float) -> str:
    """Write a ratio with as many digits as mean something."""
    if number >= 10:
        return f"{number:,.0f}" if number >= 100 else f"{number:.1f}"
    return f"{number:.2f}" if number >= 0.1 else f"{number:.1g}"


def _memory(row: Row) -> str:
    root = max(run.root_memory for run in row.runs)
    worker = max(run.worker_memory for run in row.runs)
    return f"{root:.0f}, {worker:.0f} MB" if root else "-"


def _goal_lines(goals: Sequence[Goal]) -> list[str]:
    lines = ["**The goals**", "", "| work | goal | measured | reached |", "|---|---|---:|---|"]
    for goal in goals:
        sign = "≥" if goal.is_least else "≤"
        wanted, got = f"{sign} {goal.wanted:g} {goal.what}", f"{goal.got:.3g}" if goal.got < 100 else f"{goal.got:,.0f}"
        lines.append(f"| {goal.work} | {wanted} | {got} | {'yes' if goal.is_reached else '**no**'} |")
    return lines


def _token_lines(tokens: Sequence[Tokens], prices: tuple[float, float] | None) -> list[str]:
    money = prices is not None
    lines = [
        "**(g) a model that edits every file**, reckoned at 4 bytes a token, against one authoring session",
        "",
        f"| work | files | answers | tokens in | out | times one session |{' money |' if money else ''}",
        f"|---|---:|---|---:|---:|---:|{'---:|' if money else ''}",
    ]
    for each in tokens:
        cells = [
            each.work,
            f"{each.files:,}",
            each.way,
            f"{each.sent:,}",
            f"{each.received:,}",
            format_figure(each.times),
        ]
        cells += [f"{each.money(prices):,.2f}"] if prices else []
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def as_json(
    results: Sequence[Result], *, goals: Sequence[Goal], tokens: Sequence[Tokens], rounds: int
) -> dict[str, Any]:
    """Give everything as JSON has it; times in seconds, memory in mebibytes."""
    return {
        "form": FORM,
        "rounds": rounds,
        "machine": describe_machine(),
        "works": [_result_as_json(result) for result in results],
        "goals": [{**asdict(goal), "is_reached": goal.is_reached} for goal in goals],
        "tokens": [{**asdict(each), "times": round(each.times, 2)} for each in tokens],
    }


def _result_as_json(result: Result) -> dict[str, Any]:
    told = asdict(result)
    for row, row_told in zip(result.rows, told["rows"], strict=True):
        row_told["cpu"], row_told["wall"] = round(row.cpu, 3), round(row.wall, 3)
        row_told["ratio"] = result.ratio(row.name)
    return told
