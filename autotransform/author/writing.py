"""From an answer of a model to a script on the bench: the agreed cases and assumptions put in, the header put on."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from autotransform.author.answer import as_name
from autotransform.author.cutting import write_case
from autotransform.author.examination import examine
from autotransform.author.grounding import ground
from autotransform.author.keeping import Kept
from autotransform.author.values import Attempt, Draft
from autotransform.errors import ScriptError
from autotransform.script import Problem, Provenance, compose, parse
from autotransform.script.amending import ASSUMED, add_cases, add_rules, drop_cases
from autotransform.script.model import digest_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from autotransform.author.answer import Answer
    from autotransform.author.contract import Contract
    from autotransform.author.examination import Bench, Examination
    from autotransform.author.repair import Repaired, Round
    from autotransform.author.values import OnProgress, Request
    from autotransform.script import Case

UNNAMED = "change"
DECIDED = "Decided by whoever asked for it:"


@dataclass(frozen=True, slots=True, kw_only=True)
class Writing:
    """One request on its way to a draft."""

    request: Request
    contract: Contract
    model: str
    #: RFC 3339.
    generated: str
    bench: Bench
    #: Puts what the model wrote together with what a person made of the script before.
    settle: Callable[[str], Kept] = lambda body: Kept(text=body)
    #: What the header says beside that.
    idempotent: bool = True

    @property
    def cases(self) -> str:
        """The agreed cases as they stand in a script."""
        return "\n".join(f"{write_case(case)}," for case in self.contract.cases)

    def examine(self, answer: Answer, on_progress: OnProgress) -> Examination:
        """Put the script of an answer together, and try it."""
        kept = self.settle(answer.body)
        source = self.compose(self.amend(kept.text), generated=kept.generated)
        examined = examine(
            source, name=self.name_of(answer), bench=self.bench, on_progress=on_progress, conflicts=kept.conflicts
        )
        return replace(examined, generated=kept.generated, conflicts=kept.conflicts)

    def amend(self, body: str) -> str:
        """Put in the agreed cases that are not there, and the assumptions that the docstring does not hold.

        A case of the model's own with the name of an agreed one is its correction, unless a person gave that one.
        """
        body = drop_cases(body, self.contract.fixed)
        own = _cases_of(body)
        names, texts = {case.name for case in own}, {(case.before, case.after) for case in own}
        missing = [
            case for case in self.contract.cases if case.name not in names and (case.before, case.after) not in texts
        ]
        amended = add_cases(body, [write_case(case) for case in missing])
        decided = add_rules(amended, heading=DECIDED, items=self.contract.decisions)
        return add_rules(decided, heading=ASSUMED, items=self.contract.presumptions)

    def compose(self, body: str, *, generated: str | None = None, attempts: int = 0, tokens: int = 0) -> str:
        """Put the header on a script."""
        provenance = Provenance(
            request=self.request.text,
            model=self.model,
            generated=self.generated,
            attempts=attempts,
            tokens=tokens,
            idempotent=self.idempotent,
        )
        return compose(body, provenance=provenance, generated=generated)

    def draft(self, repaired: Repaired, *, best: Round, tokens: int, on_progress: OnProgress) -> Draft:
        """Make the draft of the best round; ``tokens`` were used for all of it."""
        assert best.examination is not None
        examination = best.examination
        source, notes = examination.source, list(examination.notes)
        findings = () if repaired.is_believed else examination.findings
        if examination.trial is not None and not findings:
            on_progress("taking cases from this repository")
            source, more = ground(source, name=self.name_of(best.answer), bench=self.bench, trial=examination.trial)
            notes += [*more, *self.bench.tell(examination.trial)]
        source = self.compose(source, generated=examination.generated, attempts=len(repaired.rounds), tokens=tokens)
        believed = [finding.problem.message for finding in examination.findings] if repaired.is_believed else []
        rules = examination.script.rules.splitlines() if examination.script else ()
        return Draft(
            source=source,
            name=self.name_of(best.answer),
            author=self.model,
            rules=tuple(rule.strip() for rule in rules if rule.strip()),
            notes=(*best.answer.notes, *self._corrections(source), *notes, *repaired.notes, *believed),
            attempts=tuple(_attempt(each) for each in repaired.rounds),
            problems=tuple(finding.problem for finding in findings),
            conflicts=examination.conflicts,
            generated=examination.generated,
            contract=None if self.contract.is_empty else self.contract,
            tried_sha256=digest_of(examination.source),
        )

    def name_of(self, answer: Answer) -> str:
        """Choose what the script is called."""
        return self.request.name or self.contract.name or answer.name or as_name(self.request.text) or UNNAMED

    def _corrections(self, source: str) -> list[str]:
        """Tell which of the agreed cases say something else in the script."""
        written = {case.name: case for case in _cases_of(source)}
        return [
            f"The model corrected the case {case.name!r} that it had proposed: read it."
            for case in self.contract.cases
            if case.name in written and _texts(written[case.name]) != _texts(case)
        ]


def _texts(case: Case) -> tuple[str, str | None]:
    return case.before, case.after


def _cases_of(body: str) -> tuple[Case, ...]:
    try:
        return parse(body, name="draft").cases
    except (ScriptError, RecursionError):
        return ()


def _attempt(each: Round) -> Attempt:
    if each.examination is None:
        problem = Problem(line=0, code="no-code", message="the answer held no script")
        return Attempt(completion=each.completion.text, problems=(problem,))
    return Attempt(
        completion=each.completion.text,
        problems=tuple(finding.problem for finding in each.examination.findings),
        case_results=each.examination.case_results,
    )
