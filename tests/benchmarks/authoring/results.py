"""What came of the tasks, as values, as a table, and as JSON."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tests.benchmarks.authoring.references import IN_CATALOGUE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from tests.benchmarks.authoring.judging import Verdict
    from tests.benchmarks.authoring.tasks import Task

_LONGEST_NOTE = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What was spent; ``None``: nobody says."""

    attempts: int | None = None
    sent: int | None = None
    received: int | None = None
    money: float | None = None
    #: Whether the tokens are estimated from characters, because the endpoint does not count.
    is_estimated: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """One answer to one task."""

    verdicts: tuple[Verdict, ...]
    cost: Cost
    seconds: float
    #: Why there is no script, or what the command says is wrong with it.
    note: str = ""

    @property
    def passed(self) -> int:
        """How many hidden cases hold."""
        return sum(not verdict.failure for verdict in self.verdicts)

    @property
    def is_solved(self) -> bool:
        """Whether all of them do."""
        return self.passed == len(self.verdicts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One task, done by the command and by a plain prompt; a way that was not tried is ``None``."""

    task: Task
    command: Result
    one_shot: Result | None


def write_report(rows: Sequence[Row], *, answers: str) -> str:
    """Write the tables, in Markdown.

    Args:
        rows: In the order of the tasks.
        answers: Where the answers came from, in one sentence.
    """
    cases = sum(len(row.task.cases) for row in rows)
    parts = [f"{len(rows)} tasks, {cases} hidden cases.", answers, "", *_table(rows)]
    unknown = [row for row in rows if row.task.name not in IN_CATALOGUE]
    ways = _ways(rows, "")
    if 0 < len(unknown) < len(rows):
        ways += _ways(unknown, f", the {len(unknown)} tasks that the catalogue has no transform for")
    parts += ["", "| way | tasks solved | cases passed | attempts | tokens in | out | money | time |"]
    parts += ["|---|---:|---:|---:|---:|---:|---:|---:|", *(_sum_line(name, results) for name, results in ways)]
    failures = [line for row in rows for line in _failure_lines(row)]
    return "\n".join([*parts, *(["", "What failed:", "", *failures] if failures else []), ""])


def _ways(rows: Sequence[Row], of_what: str) -> list[tuple[str, list[Result]]]:
    one_shots = [row.one_shot for row in rows if row.one_shot is not None]
    ways = [(f"autotransform new{of_what}", [row.command for row in rows])]
    return [*ways, *([(f"one plain prompt{of_what}", one_shots)] if one_shots else [])]


def as_json(rows: Iterable[Row], *, answers: str) -> dict[str, Any]:
    """Give everything as JSON has it."""
    return {
        "answers": answers,
        "tasks": [
            {
                "task": row.task.name,
                "kind": row.task.kind,
                "request": row.task.request,
                "command": _result_as_json(row.command),
                "one_shot": _result_as_json(row.one_shot) if row.one_shot else None,
            }
            for row in rows
        ],
    }


def _table(rows: Sequence[Row]) -> list[str]:
    lines = [
        "| task | kind | solved | cases | attempts | tokens in | out | money | time | one prompt: solved | cases |",
        "|---|---|---|---:|---:|---:|---:|---:|---:|---|---:|",
    ]
    for row in rows:
        one_shot = _score(row.one_shot) if row.one_shot else ("-", "-")
        cells = [row.task.name, row.task.kind, *_score(row.command), *_cost_cells([row.command]), *one_shot]
        lines.append(f"| {' | '.join(cells)} |")
    return lines


def _score(result: Result) -> tuple[str, str]:
    return "yes" if result.is_solved else "no", f"{result.passed}/{len(result.verdicts)}"


def _sum_line(name: str, results: list[Result]) -> str:
    solved = sum(result.is_solved for result in results)
    passed, cases = sum(result.passed for result in results), sum(len(result.verdicts) for result in results)
    cells = [name, f"{solved}/{len(results)}", f"{passed}/{cases}", *_cost_cells(results)]
    return f"| {' | '.join(cells)} |"


def _cost_cells(results: list[Result]) -> list[str]:
    about = "~" if any(result.cost.is_estimated for result in results) else ""
    return [
        _total(results, lambda cost: cost.attempts, "{:,}"),
        _total(results, lambda cost: cost.sent, f"{about}{{:,}}"),
        _total(results, lambda cost: cost.received, f"{about}{{:,}}"),
        _total(results, lambda cost: cost.money, f"{about}{{:.4f}}"),
        f"{sum(result.seconds for result in results):.1f} s",
    ]


def _total(results: list[Result], of: Callable[[Cost], float | None], form: str) -> str:
    known = [value for result in results if (value := of(result.cost)) is not None]
    return form.format(sum(known)) if known else "-"


def _failure_lines(row: Row) -> list[str]:
    ways = [("new", row.command), *([("one prompt", row.one_shot)] if row.one_shot else [])]
    lines = []
    for way, result in ways:
        note = f": {result.note[:_LONGEST_NOTE]}" if result.note else ""
        if not result.is_solved:
            lines.append(f"- {row.task.name}, {way}{note}")
        if result.passed:  # else one sentence says it all
            lines += [f"  - {each.case.name}: {each.failure}" for each in result.verdicts if each.failure]
    return lines


def _result_as_json(result: Result) -> dict[str, Any]:
    cost = result.cost
    return {
        "solved": result.is_solved,
        "passed": result.passed,
        "cases": len(result.verdicts),
        "failures": {each.case.name: each.failure for each in result.verdicts if each.failure},
        "attempts": cost.attempts,
        "tokens_in": cost.sent,
        "tokens_out": cost.received,
        "tokens_estimated": cost.is_estimated,
        "money": cost.money,
        "seconds": round(result.seconds, 2),
        "note": result.note,
    }
