"""Judge a script on the hidden cases of a task."""

from __future__ import annotations

import threading
from contextlib import closing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from autotransform.config import Config
from autotransform.engine.cases import job_of, judge
from autotransform.engine.values import Failed, Skipped
from autotransform.errors import AutoTransformError
from autotransform.run import Limits, find_contexts, map_jobs, select
from autotransform.run.gate import is_candidate
from autotransform.script import Case, parse
from tests.benchmarks.authoring.meaning import difference

if TYPE_CHECKING:
    from pathlib import Path

    from autotransform.engine import CaseResult
    from autotransform.script import Script
    from tests.benchmarks.authoring.tasks import Hidden, Task


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """How a script did on one hidden case."""

    case: Hidden
    #: Empty where it is right; else one line.
    failure: str = ""


#: One script at a time: the launcher of the workers is forked, and tasks are done in threads.
_LOCK = threading.Lock()


def judge_script(source: str, task: Task, *, folder: Path) -> tuple[Verdict, ...]:
    """Run a script on the hidden cases, fenced in, as if each were one more file of the task's repository.

    A script that cannot be read, or that the static check refuses, fails every case.

    Args:
        source: The script, whoever wrote it.
        task: What it is to solve.
        folder: Where the task's files may be written; it need not be there.
    """
    task.write_files(folder)
    try:
        script = parse(source, name="task")
        with _LOCK:
            results = _run(script, task, repository=folder)
    except AutoTransformError as error:
        return judge_nothing(task, why=" ".join([str(error).partition("\n")[0], *error.details[:1]]))
    pairs = zip(task.cases, results, strict=True)
    return tuple(Verdict(case=hidden, failure=_failure(hidden, result, script=script)) for hidden, result in pairs)


def judge_nothing(task: Task, *, why: str) -> tuple[Verdict, ...]:
    """Give the verdicts where there is no script that could run: no case holds, not even one that must not change."""
    return tuple(Verdict(case=case, failure=why) for case in task.cases)


def _run(script: Script, task: Task, *, repository: Path) -> list[CaseResult]:
    """Do what `autotransform.run.run_cases` does, with the names that the repository gives the script's targets."""
    cases = [Case(name=case.name, before=case.before, path=case.path) for case in task.cases]
    contexts = find_contexts(script.targets, select(start=repository, repository=None, in_place=True, config=Config()))
    reexports = next((each.reexports for each in contexts.values()), ())
    jobs = [job_of(case) for case in cases]
    jobs = [replace(job, context=replace(job.context, reexports=reexports)) for job in jobs]
    with closing(map_jobs(script, jobs, limits=Limits(jobs=1, timeout=20))) as outcomes:
        return [judge(case, outcome) for case, outcome in zip(cases, outcomes, strict=True)]


def _failure(hidden: Hidden, result: CaseResult, *, script: Script) -> str:
    if isinstance(result.outcome, Failed | Skipped):
        return f"it failed: {result.outcome.reason}"
    # A file without any of the script's mentions is never parsed.
    is_read = is_candidate(script.mentions, hidden.before.encode())
    actual = result.actual if is_read else hidden.before
    if not hidden.after:
        return "" if actual == hidden.before else "it must not change, and it did"
    if actual == hidden.before:
        return "nothing changed"
    if any(breach.kind == "second-pass" for breach in result.breaches):
        return "a second pass changes more"
    failures = [
        difference(before=hidden.before, expected=after, actual=actual, package=hidden.package)
        for after in hidden.after
    ]
    return failures[0] if all(failures) else ""
