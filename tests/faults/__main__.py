"""``python -m tests.faults [NUMBER]``: the tables of docs/explanation/guarantees.md, with NUMBER mutants a class."""

from __future__ import annotations

import sys
from collections import Counter

from tests.faults.figures import Alarms, Caught, count_alarms, count_caught


def mutant_table(caught: Caught) -> list[str]:
    """Write a row for each class of damage."""
    rows = ["| damage | mutants | caught | by |", "|---|---:|---:|---|"]
    for how, made in caught.made.items():
        by = Counter({guarantee: count for (each, guarantee), count in caught.caught.items() if each == how})
        names = ", ".join(f"{guarantee} {count}" for guarantee, count in by.most_common())
        rows.append(f"| {how} | {made} | {caught.of(how) / made:.1%} | {names} |")
    total = caught.made.total()
    return [*rows, f"| all | {total} | {caught.caught.total() / total:.2%} | |"]


def alarm_table(alarms: Alarms) -> list[str]:
    """Write a row for each transform."""
    said = Counter(script for script, _, _ in alarms.said)
    rows = ["| transform | changed files | something is said of |", "|---|---:|---:|"]
    rows += [f"| {script} | {count} | {said[script]} |" for script, count in sorted(alarms.changed.items())]
    return [*rows, f"| all | {alarms.files} | {len(alarms.said)} ({len(alarms.said) / alarms.files:.3%}) |"]


def main() -> None:
    """Print both tables, and under them what was missed and what was said."""
    caught = count_caught(each=int(sys.argv[1]) if len(sys.argv) > 1 else 100)
    lines = [*mutant_table(caught), "", *(f"missed: {how}: {path} {seed}" for how, path, seed in caught.missed), ""]
    sys.stdout.write("\n".join(lines) + "\n")
    alarms = count_alarms()
    lines = [*alarm_table(alarms), "", *(f"said: {script}: {path}: {words}" for script, path, words in alarms.said)]
    sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
