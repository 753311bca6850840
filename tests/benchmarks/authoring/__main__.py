"""Measure how well requests become scripts: ``python -m tests.benchmarks.authoring --help``."""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from tests.benchmarks.authoring.answers_from import Endpoint, has_recorded, read_one_shot, read_recorded, serve
from tests.benchmarks.authoring.one_shot import solve_at_once
from tests.benchmarks.authoring.results import Row, as_json, write_report
from tests.benchmarks.authoring.running import solve
from tests.benchmarks.authoring.tasks import read_tasks

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from tests.benchmarks.authoring.tasks import Task

_OPENAI = "https://api.openai.com/v1"
RECORDED = "Answers: RECORDED ones, written for this benchmark: this shows that the parts work, and measures no model."
BUILT_IN = "Answers: those of the BUILT-IN recipes. No model was asked."
LIVE = "Answers: LIVE ones of the model {model} at {host}."


def main(arguments: Sequence[str] | None = None) -> None:
    """Do the tasks and print the tables."""
    given = _parse(arguments)
    tasks = read_tasks(tuple(given.task))
    answers, solver = _choose(given)
    if given.recorded:
        left_out = sum(not has_recorded(task) for task in tasks)
        tasks = tuple(task for task in tasks if has_recorded(task))
        answers += f" {left_out} tasks have none and are left out." if left_out else ""
    with ThreadPoolExecutor(max_workers=given.jobs) as pool:
        rows = list(pool.map(partial(_announced, solver=solver), tasks))
    sys.stdout.write(write_report(rows, answers=answers))
    if given.json:
        told = json.dumps(as_json(rows, answers=answers), indent=2)
        given.json.write_text(told + "\n", encoding="utf-8")


def _parse(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.authoring", description=__doc__)
    who = parser.add_mutually_exclusive_group(required=True)
    who.add_argument("--model", help="ask this model")
    who.add_argument("--recorded", action="store_true", help="use the recorded answers, served on loopback")
    who.add_argument("--built-in", action="store_true", help="use the built-in recipes, and no model")
    parser.add_argument("--base-url", help="of the model (default: OPENAI_BASE_URL, or OpenAI's own)")
    parser.add_argument("--prices", nargs=2, type=float, metavar=("IN", "OUT"), help="of a million tokens")
    parser.add_argument("--task", nargs="+", default=[], metavar="NAME", help="only these tasks")
    parser.add_argument("--jobs", type=int, default=1, metavar="N", help="how many tasks at once")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write everything there, too")
    return parser.parse_args(arguments)


def _choose(given: argparse.Namespace) -> tuple[str, Callable[[Task], Row]]:
    """Give the sentence that says whose answers they are, and what does one task."""
    if given.built_in:
        return BUILT_IN, solve_built_in
    if given.recorded:
        return RECORDED, solve_recorded
    endpoint = Endpoint(
        model=given.model,
        base_url=given.base_url or os.environ.get("OPENAI_BASE_URL") or _OPENAI,
        api_key=os.environ.get("OPENAI_API_KEY", "none"),
        prices=tuple(given.prices) if given.prices else None,
    )
    host = endpoint.base_url.split("//")[-1].rpartition("@")[2].partition("/")[0]
    return LIVE.format(model=endpoint.model, host=host), partial(solve_live, endpoint=endpoint)


def solve_built_in(task: Task) -> Row:
    """Do a task with the recipes alone."""
    with tempfile.TemporaryDirectory() as folder:
        return Row(task=task, command=solve(task, None, folder=Path(folder)), one_shot=None)


def solve_recorded(task: Task) -> Row:
    """Do a task with the answers that were recorded, from the first one on."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder)
        with serve(*read_recorded(task)) as endpoint:
            done = solve(task, endpoint, folder=path / "command")
        with serve(read_one_shot(task)) as endpoint:
            return Row(task=task, command=done, one_shot=solve_at_once(task, endpoint, folder=path / "at-once"))


def solve_live(task: Task, *, endpoint: Endpoint) -> Row:
    """Do a task with a model that answers."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder)
        done = solve(task, endpoint, folder=path / "command")
        return Row(task=task, command=done, one_shot=solve_at_once(task, endpoint, folder=path / "at-once"))


def _announced(task: Task, *, solver: Callable[[Task], Row]) -> Row:
    row = solver(task)
    sys.stderr.write(f"{task.name}: {row.command.passed} of {len(task.cases)}\n")
    return row


if __name__ == "__main__":
    main()
