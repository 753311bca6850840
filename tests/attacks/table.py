"""The table of who reached what behind which layers, as it stands in the documentation."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tests.attacks.attack import GOALS, find_attacks
from tests.attacks.harness import COLUMNS, Harness, attempt

if TYPE_CHECKING:
    from collections.abc import Callable

PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "security.md"
#: Of the last row.
_SUM = "all"
BEGIN, END = "<!-- attacks: begin -->\n", "<!-- attacks: end -->\n"

#: Behind which column an attack reached its goal: the name of the attack, then of the column.
Results = dict[str, dict[str, bool]]


def measure(*, note: Callable[[str], object] = lambda _line: None) -> Results:
    """Run every attack behind every column."""
    attacks, results = find_attacks(), Results()
    with Harness() as harness:
        for column in COLUMNS:
            for attack in attacks:
                how = attempt(attack, column, harness=harness)
                results.setdefault(str(attack), {})[column.name] = bool(how)
                if how:
                    note(f"{column.name:9}{attack}: {how}")
    return results


def draw(results: Results) -> str:
    """Write the table: how many attacks of each goal there are, and how many reach it behind each column."""
    names = [column.name for column in COLUMNS]
    lines = [_row(["goal", *names]), _row(["---", *["--:"] * len(names)])]
    meanings = {**{goal: f"**{goal}**: {meaning}" for goal, meaning in GOALS.items()}, _SUM: f"{_SUM} {len(results)}"}
    for goal, row in count(results).items():
        lines.append(_row([meanings[goal], *(str(row[name]) for name in names)]))
    return "".join(lines) + _exceptions(results)


def count(results: Results) -> dict[str, dict[str, int]]:
    """Count, for each goal and for all of them, how many attacks reached it behind each column."""
    goals = {goal: [each for attack, each in results.items() if attack.startswith(f"{goal}/")] for goal in GOALS}
    return {
        goal: {column.name: sum(each[column.name] for each in tried) for column in COLUMNS}
        for goal, tried in {**goals, _SUM: [*results.values()]}.items()
    }


def write(results: Results) -> None:
    """Put the table into its page."""
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(BEGIN)
    _, _, after = rest.partition(END)
    PAGE.write_text(before + BEGIN + "\n" + draw(results) + "\n" + END + after, encoding="utf-8")


def read_rows() -> dict[str, dict[str, int]]:
    """Read the table out of its page: of each goal, and of ``all``, the number in each column."""
    text = PAGE.read_text(encoding="utf-8").partition(BEGIN)[2].partition(END)[0]
    head, _, *rows = [
        [cell.strip() for cell in line.strip("|").split("|")] for line in text.splitlines() if line.startswith("|")
    ]
    return {
        first.partition(":")[0].strip("*").partition(" ")[0]: dict(zip(head[1:], map(int, numbers), strict=True))
        for first, *numbers in rows
    }


def _row(cells: list[str]) -> str:
    return f"| {' | '.join(cells)} |\n"


def _exceptions(results: Results) -> str:
    """Name the attacks that the kernel's layers let through, and those that all layers do."""
    text = ""
    for column, says in (("kernel", "Past the kernel's layers come"), ("all", "Past all layers come")):
        passed = [f"`{attack}`" for attack, reached in results.items() if reached[column]]
        text += f"\n{says} {', '.join(passed) or 'none'}.\n"
    return text
