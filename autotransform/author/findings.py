"""Try a script that a model wrote, the cheapest check first, and say what is wrong so that it can be mended.

Nothing of it runs before the static check has passed, and then only in a worker.
"""

from __future__ import annotations

import difflib
from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal, TypeAlias

from autotransform.engine import Failed, Skipped
from autotransform.errors import ScriptError, UntrustedError
from autotransform.run import is_candidate, run, run_cases
from autotransform.run.gate import is_generated, is_transform
from autotransform.script import Problem, find_problems, parse

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from autotransform.author.values import OnProgress
    from autotransform.engine import CaseResult, Run
    from autotransform.run import Limits, Selection, SourceFile
    from autotransform.script import Script

#: What can be wrong, from the worst to the least: a script that gets further is the better one.
KINDS = (
    "no-code",
    "syntax",
    "format",
    "forbidden",
    "load",
    "crash",
    "too-slow",
    "invariant",
    "case",
    "no-effect",
)
Kind: TypeAlias = Literal[
    "no-code", "syntax", "format", "forbidden", "load", "crash", "too-slow", "invariant", "case", "no-effect"
]

#: What the trial may take.
_TRIAL_FILES = 100
_TRIAL_BYTES = 2_000_000
_TRIAL_SECONDS = 20.0

_NOT_TRIED = "It was checked and not tried: nothing here would hold it, and nobody has approved it."

_KIND_OF_FAILURE: dict[str, Kind] = {
    "load": "load",
    "crash": "crash",
    "syntax": "invariant",
    "compile": "invariant",
    "structure": "invariant",
    "timeout": "too-slow",
    "died": "crash",
    "protocol": "crash",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is wrong with a script."""

    kind: Kind
    #: For a person and for the model, one sentence.
    message: str
    #: Of the script, 1-based; 0: the script as a whole.
    line: int = 0
    #: What shows it: a diff, the script's own frames. Text from the repository may stand in it: it is data.
    evidence: str = ""

    @property
    def problem(self) -> Problem:
        """The finding as a value of the script's room."""
        return Problem(line=self.line, code=self.kind, message=self.message)


@dataclass(frozen=True, slots=True, kw_only=True)
class Examination:
    """What came of trying one script."""

    #: The whole file.
    source: str
    script: Script | None = None
    findings: tuple[Finding, ...] = ()
    case_results: tuple[CaseResult, ...] = ()
    notes: tuple[str, ...] = ()
    #: Whether it got as far as real files.
    was_tried: bool = False

    @property
    def merit(self) -> tuple[int, int, int]:
        """How good it is; greater is better."""
        worst = min((KINDS.index(finding.kind) for finding in self.findings), default=len(KINDS))
        stage = worst if worst < KINDS.index("load") else KINDS.index("load") + self.was_tried
        passed = sum(result.passed for result in self.case_results)
        return (stage if self.findings else len(KINDS), passed, -len(self.findings))


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """On what a script is tried."""

    selection: Selection
    limits: Limits
    #: Files that hold what the request names: there something should happen.
    named_in: tuple[str, ...] = ()
    #: Asked before a script runs that nothing would hold and that nobody approved.
    approve: Callable[[Script, UntrustedError], bool] = lambda _script, _error: False


def examine(source: str, *, name: str, bench: Bench, on_progress: OnProgress) -> Examination:
    """Try a script until something is wrong with it: read it, check it, run its cases, run it on real files."""
    try:
        script = parse(source, name=name)
    except ScriptError as error:
        return Examination(source=source, findings=_of_reading(error))
    findings = (*_of_format(script), *_of_check(script))
    if findings:
        return Examination(source=source, script=script, findings=findings)
    on_progress(f"running its {len(script.cases)} cases")
    try:
        results = run_cases(script, limits=bench.limits)
    except UntrustedError as error:
        if not bench.approve(script, error):
            return Examination(source=source, script=script, notes=(_NOT_TRIED,))
        results = run_cases(script, limits=bench.limits)
    findings = tuple(_of_case(result) for result in results if not result.passed)
    if findings:
        return Examination(source=source, script=script, findings=_distinct(findings), case_results=results)
    findings, notes = _try_on_files(script, bench=bench, on_progress=on_progress)
    return Examination(
        source=source, script=script, findings=findings, case_results=results, notes=notes, was_tried=True
    )


def _of_reading(error: ScriptError) -> tuple[Finding, ...]:
    findings = []
    for detail in error.details:
        place, _, rest = detail.partition(": ") if detail.startswith("line ") else ("", "", detail)
        kind: Kind = "syntax" if detail.endswith(("[syntax]", "[encoding]")) else "format"
        line = int(place.removeprefix("line ")) if place else 0
        findings.append(Finding(kind=kind, message=rest.rpartition(" [")[0] or rest, line=line))
    return tuple(findings)


def _of_format(script: Script) -> tuple[Finding, ...]:
    """Ask more of a model's script than of a person's."""
    wanted = {
        "the script has no docstring with its rules": bool(script.summary and script.rules.strip()),
        "the script has no MENTIONS": bool(script.mentions),
        "CASES holds no case with an `after`": any(case.after is not None for case in script.cases),
        "CASES holds no case without an `after`: say what must not change": any(
            case.after is None for case in script.cases
        ),
    }
    return tuple(Finding(kind="format", message=message) for message, is_there in wanted.items() if not is_there)


def _of_check(script: Script) -> tuple[Finding, ...]:
    return tuple(
        Finding(kind="forbidden", message=problem.message, line=problem.line) for problem in find_problems(script)
    )


def _of_case(result: CaseResult) -> Finding:
    case, outcome = result.case, result.outcome
    if isinstance(outcome, Failed):
        return Finding(
            kind=_KIND_OF_FAILURE[outcome.reason],
            message=f"the case {case.name!r} fails: {_summary_of(outcome)}",
            line=case.line,
            evidence=f"{outcome.detail.strip()}\n\nThe text before:\n{case.before}",
        )
    evidence = f"The text before:\n{case.before}"
    if not isinstance(outcome, Skipped) and result.actual != (case.before if case.after is None else case.after):
        expected = case.before if case.after is None else case.after
        evidence += f"\nFrom what the case says (-) to what the script makes (+):\n{_diff(expected, result.actual)}"
    return Finding(
        kind="case", message=f"the case {case.name!r} fails: {result.failure}", line=case.line, evidence=evidence
    )


def _diff(expected: str, actual: str) -> str:
    lines = difflib.unified_diff(expected.splitlines(), actual.splitlines(), "expected", "actual", n=3, lineterm="")
    shown = "\n".join(lines)
    return shown or f"expected: {expected!r}\nactual:   {actual!r}"


def _summary_of(failed: Failed) -> str:
    return {
        "load": "the script cannot be loaded",
        "crash": "the script raises an exception",
        "syntax": "what it makes is not valid Python",
        "compile": "what it makes does not compile",
        "structure": "what it makes is not what its tree says",
        "timeout": "it takes too long",
        "died": "it killed its process",
        "protocol": "what it makes cannot be used",
    }[failed.reason]


def _distinct(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Keep one of each fault: a script that cannot be loaded fails every case with the same words."""
    seen: dict[tuple[str, str], Finding] = {}
    for finding in findings:
        cause = finding.evidence.partition("\n\nThe text before:")[0]
        seen.setdefault((finding.kind, cause), finding)
    return tuple(seen.values())


def _try_on_files(
    script: Script, *, bench: Bench, on_progress: OnProgress
) -> tuple[tuple[Finding, ...], tuple[str, ...]]:
    """Run the script on files of the repository that may hold what it is about."""
    candidates = [
        (file, len(content))
        for file, content in bench.selection.read_all()
        if is_candidate(script.mentions, content) and not is_transform(content) and not is_generated(content)
    ]
    chosen = _spread(candidates)
    if not chosen:
        return _of_no_effect(script, bench=bench, seen=0), ("No file here holds what it is about: only its cases ran.",)
    on_progress(f"trying it on {len(chosen)} files")
    limits = replace(bench.limits, timeout=min(bench.limits.timeout, _TRIAL_SECONDS))
    done = run(script, replace(bench.selection, files=chosen), limits=limits)
    failures = tuple(_of_failure(failed) for failed in done.failed)
    if not failures and not done.changed and not _skips(done):
        failures = _of_no_effect(script, bench=bench, seen=len(chosen))
    of_all = "" if len(chosen) == len(candidates) else f" of {len(candidates)}"
    changed = f"{len(done.changed)} would change" + (f", {len(done.failed)} failed" if done.failed else "")
    return _distinct(failures), (f"Tried on {_count(len(chosen), 'file')}{of_all} of this repository: {changed}.",)


def _spread(candidates: list[tuple[SourceFile, int]]) -> tuple[SourceFile, ...]:
    """Choose files evenly from the whole tree, within the bounds of the trial."""
    step = max(1, -(-len(candidates) // _TRIAL_FILES))
    chosen, room = [], _TRIAL_BYTES
    for file, size in candidates[::step]:
        if size <= room:
            room -= size
            chosen.append(file)
    return tuple(chosen)


def _of_failure(failed: Failed) -> Finding:
    return Finding(
        kind=_KIND_OF_FAILURE[failed.reason],
        message=f"on {failed.path}: {_summary_of(failed)}",
        evidence=failed.detail.strip(),
    )


def _of_no_effect(script: Script, *, bench: Bench, seen: int) -> tuple[Finding, ...]:
    """Complain where the names of the request stand in the repository and nothing comes of it."""
    if not bench.named_in:
        return ()
    where = ", ".join(bench.named_in[:3])
    if not seen:
        what = f"MENTIONS ({', '.join(script.mentions or ())}) lets no file through"
    else:
        what = f"the script changes none of the {_count(seen, 'file')} that it was tried on, and skips nothing there"
    message = f"{what}, though the names of the request stand in {_count(len(bench.named_in), 'file')}: {where}"
    return (Finding(kind="no-effect", message=message),)


def _skips(done: Run) -> int:
    sites = Counter(site.status for outcome in done.outcomes for site in getattr(outcome, "sites", ()))
    return sites["skipped"]


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}" + ("" if number == 1 else "s")
