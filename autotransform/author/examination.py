"""Try a script that a model wrote, the cheapest check first.

Nothing of it runs before the static check has passed, and then only in a worker.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from autotransform.author.findings import (
    KINDS,
    Finding,
    distinct,
    of_case,
    of_check,
    of_conflicts,
    of_format,
    of_reading,
)
from autotransform.author.trial import Trial, try_on_files
from autotransform.errors import ScriptError, UntrustedError
from autotransform.run import run_cases
from autotransform.script import parse

if TYPE_CHECKING:
    from collections.abc import Callable

    from autotransform.author.values import OnProgress
    from autotransform.engine import CaseResult
    from autotransform.run import Limits, Selection
    from autotransform.script import Script

_NOT_TRIED = "It was checked and not tried: nothing here would hold it, and nobody has approved it."


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    """What came of trying one script."""

    #: The whole file.
    source: str
    script: Script | None = None
    findings: tuple[Finding, ...] = ()
    case_results: tuple[CaseResult, ...] = ()
    #: Its body as the model wrote it, where edits of a person are in it; ``None``: there are none.
    generated: str | None = None
    #: Where it and the edits of a person exclude each other: both, with marks.
    conflicts: str = ""
    #: ``None``: it did not get as far as real files.
    trial: Trial | None = None
    notes: tuple[str, ...] = ()

    @property
    def merit(self) -> tuple[int, int, int]:
        """How good it is; greater is better."""
        worst = min((KINDS.index(finding.kind) for finding in self.findings), default=len(KINDS))
        if worst >= KINDS.index("load") and self.findings:
            worst = KINDS.index("load") + (0 if self.trial is None else 1 + worst)
        passed = sum(result.passed for result in self.case_results)
        return (worst if self.findings else 2 * len(KINDS), passed, -len(self.findings))


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """On what a script is tried."""

    selection: Selection
    limits: Limits
    #: Files that hold what the request names: there something should happen.
    named_in: tuple[str, ...] = ()
    #: The words that explain a change: those of the request, and of what was agreed on.
    words: frozenset[str] = frozenset()
    #: What else a script must do on the files of the repository.
    require: Callable[[Trial], tuple[Finding, ...]] = lambda _trial: ()
    #: What a person should know of what it does there.
    tell: Callable[[Trial], tuple[str, ...]] = lambda _trial: ()
    #: Asked before a script runs that nothing would hold and that nobody approved.
    approve: Callable[[Script, UntrustedError], bool] = lambda _script, _error: False


def examine(source: str, *, name: str, bench: Bench, on_progress: OnProgress, conflicts: str = "") -> Examination:
    """Try a script until something is wrong with it: read it, check it, run its cases, run it on real files."""
    try:
        script = parse(source, name=name)
    except ScriptError as error:
        return Examination(source=source, findings=of_reading(error))
    findings = (*of_format(script), *of_conflicts(conflicts), *of_check(script))
    if findings:
        return Examination(source=source, script=script, findings=findings)
    on_progress(f"running its {len(script.cases)} cases")
    try:
        results = run_cases(script, limits=bench.limits)
    except UntrustedError as error:
        if not bench.approve(script, error):
            return Examination(source=source, script=script, notes=(_NOT_TRIED,))
        results = run_cases(script, limits=bench.limits)
    findings = distinct(finding for result in results for finding in of_case(result))
    if findings:
        return Examination(source=source, script=script, findings=findings, case_results=results)
    trial = try_on_files(
        script,
        selection=bench.selection,
        limits=bench.limits,
        named_in=bench.named_in,
        words=bench.words,
        on_progress=on_progress,
    )
    found = (*trial.findings, *bench.require(trial))
    return Examination(
        source=source, script=script, findings=found, case_results=results, notes=trial.notes, trial=trial
    )
