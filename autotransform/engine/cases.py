"""Cases: turn one into a job, and judge what came out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from autotransform.engine.values import Breach, Changed, Failed, FileContext, Job, Outcome, Skipped

if TYPE_CHECKING:
    from autotransform.script import Case


@dataclass(frozen=True, slots=True, kw_only=True)
class CaseResult:
    """How one case went."""

    case: Case
    outcome: Outcome
    #: What the transform made of ``case.before``; the same text when it changed nothing.
    actual: str
    #: Empty when the case holds; else one sentence.
    failure: str = ""

    @property
    def passed(self) -> bool:
        """Whether the case holds."""
        return not self.failure

    @property
    def breaches(self) -> tuple[Breach, ...]:
        """The further guarantees that the text which came out does not keep."""
        return self.outcome.breaches if isinstance(self.outcome, Changed) else ()


def job_of(case: Case) -> Job:
    """Make the job that runs a case, as if its text stood at ``case.path`` below a source root."""
    parts = case.path.removesuffix(".pyi").removesuffix(".py").split("/")
    is_package = parts[-1] == "__init__"
    package = parts[:-1]
    module = package if is_package else parts
    context = FileContext(path=case.path, module=".".join(module), package=".".join(package))
    return Job(context=context, content=case.before.encode())


def judge(case: Case, outcome: Outcome) -> CaseResult:
    """Compare what came out with what the case says, and a second pass with the first."""
    try:
        actual = outcome.after.decode() if isinstance(outcome, Changed) else case.before
    except UnicodeDecodeError:
        failure = "what it makes of the case is not UTF-8"
        return CaseResult(case=case, outcome=outcome, actual=case.before, failure=failure)
    return CaseResult(case=case, outcome=outcome, actual=actual, failure=_failure(case, outcome=outcome, actual=actual))


def _failure(case: Case, *, outcome: Outcome, actual: str) -> str:
    if isinstance(outcome, Failed):
        return f"the transform failed ({outcome.reason}): {outcome.detail.strip()}"
    if isinstance(outcome, Skipped):
        return f"the text of the case was skipped: {outcome.reason}"
    if case.after is None and actual != case.before:
        return "the text must not change, and it did"
    if case.after is not None and actual != case.after:
        return "the text changed otherwise than the case says" if actual != case.before else "nothing changed"
    skips = sum(site.status == "skipped" for site in outcome.sites)
    if case.skips is not None and skips != case.skips:
        return f"{skips} places were reported as skipped, and the case says {case.skips}"
    breaches = outcome.breaches if isinstance(outcome, Changed) else ()
    again = [breach for breach in breaches if breach.kind == "second-pass"]
    return f"{again[0].message} (line {again[0].line} of what came out)" if again else ""
