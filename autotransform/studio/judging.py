"""What is said of a script before it runs on anything: what is wrong with its text, and whether its cases hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autotransform.errors import ScriptError
from autotransform.review import FileChange, safe_text
from autotransform.review.document import describe_hunks
from autotransform.review.reasons.why import Explanation
from autotransform.review.text import portable_text
from autotransform.script import find_problems, parse
from autotransform.studio.faults import PageError, read_problems

if TYPE_CHECKING:
    from autotransform.engine import CaseResult
    from autotransform.script import Script
    from autotransform.studio.values import Json, Subject

_NOTHING = Explanation(rules=(), methods=(), shapes=())
_MOST_PROBLEMS = 200


def read_script(source: str, subject: Subject) -> Script:
    """Read what stands in the page.

    Raises:
        ScriptError: With one line for each thing that is wrong with it.
    """
    return parse(source, name=subject.name, entry=subject.entry)


def require_readable(source: str, subject: Subject) -> Script:
    """Read what stands in the page, for something that cannot be done with half a script.

    Raises:
        PageError: 422, with each problem at its line.
    """
    try:
        return read_script(source, subject)
    except ScriptError as error:
        problems = read_problems(error.details)
        raise PageError(
            error.message, status=422, hint="Mend what is marked in the script.", facts={"problems": problems}
        ) from error


def check(source: str, subject: Subject) -> list[Json]:
    """Give everything that is wrong with a text, by line; half a script is no error."""
    try:
        problems = find_problems(read_script(source, subject))
    except ScriptError as error:
        return read_problems(error.details or (error.message,))[:_MOST_PROBLEMS]
    told = [{"line": each.line, "code": each.code, "message": safe_text(each.message)} for each in problems]
    return told[:_MOST_PROBLEMS]


def describe_case(result: CaseResult) -> Json:
    """Describe how a case went, with what came out otherwise than it says."""
    case = result.case
    expected = case.before if case.after is None else case.after
    difference = FileChange(path=case.path, before=expected.encode(), after=result.actual.encode())
    is_other = not result.passed and expected != result.actual
    return {
        "name": portable_text(case.name),
        "ok": result.passed,
        "line": case.line,
        "before": portable_text(case.before),
        "expected": None if case.after is None else portable_text(case.after),
        "actual": portable_text(result.actual),
        "detail": portable_text(result.failure),
        "warnings": [portable_text(breach.message) for breach in result.breaches],
        "hunks": describe_hunks(difference, _NOTHING) if is_other else [],
    }
