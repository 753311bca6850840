"""For each task a script that solves it, so that no case asks for what cannot be done. No author ever sees them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from tests.benchmarks.authoring.answers_from import find_block, read_recorded

if TYPE_CHECKING:
    from tests.benchmarks.authoring.tasks import Task

FOLDER = Path(__file__).parent / "references"
_CATALOGUE = Path(__file__).parents[3] / "transforms"

#: Tasks for which the catalogue holds a transform. The command shows a model what is like the request of it, as
#: examples: for these tasks it may be shown the answer.
IN_CATALOGUE = {
    "assert_equals": "assert_aliases",
    "collections_abc": "collections_abc",
    "io_error": "os_error_aliases",
    "logger_warn": "logger_warn",
    "mock_import": "unittest_mock",
    "numpy_aliases": "numpy_aliases",
    "optional_pipe": "typing_unions",
    "pytest_asserts": "pytest_asserts",
    "pytz_utc": "pytz_utc",
    "requests_timeout": "requests_timeout",
    "super_args": "super_arguments",
    "typing_builtins": "typing_builtins",
    "utcnow": "utcnow",
    "yaml_load": "yaml_safe_load",
    "yield_fixture": "yield_fixture",
}
#: Those of them whose transform does more than the task asks.
_BROADER = frozenset({"optional_pipe", "pytest_asserts"})


def read_reference(task: Task) -> str:
    """Read a script that solves a task: one written for it, one of the catalogue, or the last recorded answer.

    Empty where there is none.
    """
    own = FOLDER / f"{task.name}.md"
    if own.exists():
        return find_block(own.read_text(encoding="utf-8"))
    if task.name in IN_CATALOGUE and task.name not in _BROADER:
        return (_CATALOGUE / f"{IN_CATALOGUE[task.name]}.py").read_text(encoding="utf-8")
    recorded = read_recorded(task)
    return find_block(recorded[-1]) if recorded else ""
