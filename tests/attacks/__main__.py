"""Try attacks by hand: ``python -m tests.attacks [GOAL | GOAL/NAME]... [--columns none,kernel]``."""

from __future__ import annotations

import argparse
import json
import sys
import time

from tests.attacks import table
from tests.attacks.attack import find_attacks
from tests.attacks.harness import COLUMNS, Harness, attempt


def main() -> None:
    """Run the attacks that are asked for and say what became of each."""
    parser = argparse.ArgumentParser(prog="python -m tests.attacks", description=__doc__)
    parser.add_argument("wanted", nargs="*", help="a goal, or a goal and a name: read, read/by_open")
    parser.add_argument("--columns", default="", help="names of columns, with commas; without it all of them")
    parser.add_argument("--details", action="store_true", help="show what became of the file that was attacked")
    parser.add_argument("--write-table", action="store_true", help="run everything, and write the table of the docs")
    given = parser.parse_args()
    if given.write_table:
        table.write(table.measure(note=lambda line: sys.stdout.write(line[:160] + "\n")))
        return
    columns = [column for column in COLUMNS if column.name in (given.columns or column.name).split(",")]
    attacks = [attack for attack in find_attacks() if not given.wanted or {attack.goal, str(attack)} & {*given.wanted}]
    with Harness() as harness:
        for attack in attacks:
            sys.stdout.write(f"{attack}: {attack.says}\n")
            for column in columns:
                started = time.monotonic()
                how = attempt(attack, column, harness=harness)
                took = time.monotonic() - started
                sys.stdout.write(f"    {column.name:9} {f'REACHED: {how}' if how else 'stopped'}  ({took:.2f} s)\n")
                if given.details and harness.last is not None:
                    for answers in harness.last.runs:
                        sys.stdout.write(f"        {json.dumps(answers.get('attacked.py'))[:1500]}\n")
            sys.stdout.flush()


if __name__ == "__main__":
    main()
