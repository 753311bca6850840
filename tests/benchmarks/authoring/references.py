"""For each task a script that solves it, so that no case asks for what cannot be done. No author ever sees them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tests.benchmarks.authoring.answers_from import find_block, read_recorded

if TYPE_CHECKING:
    from tests.benchmarks.authoring.tasks import Task

FOLDER = Path(__file__).parent / "references"
_CATALOGUE = Path(__file__).parents[3] / "transforms"

#: Tasks that a transform of the catalogue solves.
_IN_CATALOGUE = {
    "assert_equals": "assert_aliases",
    "collections_abc": "collections_abc",
    "io_error": "os_error_aliases",
    "logger_warn": "logger_warn",
    "mock_import": "unittest_mock",
    "numpy_aliases": "numpy_aliases",
    "pytz_utc": "pytz_utc",
    "super_args": "super_arguments",
    "typing_builtins": "typing_builtins",
    "yield_fixture": "yield_fixture",
}


def read_reference(task: Task) -> str:
    """Read a script that solves a task: one written for it, one of the catalogue, or the last recorded answer.

    Empty where there is none.
    """
    own = FOLDER / f"{task.name}.md"
    if own.exists():
        return find_block(own.read_text(encoding="utf-8"))
    if task.name in _IN_CATALOGUE:
        return (_CATALOGUE / f"{_IN_CATALOGUE[task.name]}.py").read_text(encoding="utf-8")
    recorded = read_recorded(task)
    return find_block(recorded[-1]) if recorded else ""
