"""What a script's own cases prove: that they hold, each time, and that they would notice a change to it."""

from __future__ import annotations

import time
from contextlib import closing
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from autotransform.engine.cases import CaseResult, job_of, judge
from autotransform.engine.values import Changed, Failed
from autotransform.run.crew import Batch
from autotransform.run.gate import is_candidate
from autotransform.run.pool import OTHER_SEED, map_batches, map_jobs
from autotransform.script.mutation import Mutant, find_mutants

if TYPE_CHECKING:
    from collections.abc import Iterator

    from autotransform.engine.values import Job, Outcome
    from autotransform.run.values import Limits
    from autotransform.script import Case, Script

#: A mutant may take so many times as long for a case as the script took for its slowest, and never less than so many
#: seconds: it is given up because it does not end, not because the machine is busy.
_PATIENCE = 5
_LEAST_PATIENCE = 2.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """A case of which something else became, the second time."""

    case: Case
    first: Outcome
    second: Outcome
    #: One sentence.
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Trial:
    """A changed script, and whether a case fails with it."""

    mutant: Mutant
    is_noticed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """How a script stands up to its cases."""

    script: Script
    #: In the order of the cases.
    results: tuple[CaseResult, ...]
    #: Cases that change although the text gate would never let their text be looked at.
    gated: tuple[Case, ...] = ()
    differences: tuple[Difference, ...] = ()
    #: Of every mutant; ``None``: not asked for, or one of the cases does not hold as it is.
    trials: tuple[Trial, ...] | None = None

    @property
    def failing(self) -> frozenset[str]:
        """The names of the cases with which something is wrong."""
        failed = {result.case.name for result in self.results if not result.passed}
        return frozenset({*failed, *(each.case.name for each in self.differences), *(case.name for case in self.gated)})

    @property
    def missing(self) -> tuple[Mutant, ...]:
        """The changes to the script that no case notices, by line."""
        return tuple(trial.mutant for trial in self.trials or () if not trial.is_noticed)


def prove(
    script: Script, *, arguments: tuple[tuple[str, str], ...] = (), limits: Limits, with_mutants: bool = True
) -> Proof:
    """Run a script on its cases, twice; and then the script's mutants.

    Each step is taken only where the cases hold so far.

    Raises:
        ScriptError: A model wrote the script, and it does not pass the static check.
        AutoTransformError: Workers cannot be started.
    """
    alone = replace(limits, jobs=1)  # so that the time each takes can be told
    jobs = [job_of(case) for case in script.cases]
    outcomes, slowest = _run(script, jobs, arguments=arguments, limits=alone)
    results = tuple(judge(case, outcome) for case, outcome in zip(script.cases, outcomes, strict=True))
    proof = Proof(script=script, results=results, gated=find_gated(script, results))
    if not jobs or not all(result.passed for result in results):
        return proof
    proof = replace(proof, differences=find_differences(script, outcomes, arguments=arguments, limits=limits))
    if proof.failing or not with_mutants:
        return proof
    patience = min(limits.timeout, max(_PATIENCE * slowest, _LEAST_PATIENCE))
    trials = try_mutants(script, arguments=arguments, limits=replace(limits, timeout=patience))
    return replace(proof, trials=tuple(trials))


def find_gated(script: Script, results: tuple[CaseResult, ...]) -> tuple[Case, ...]:
    """Find the cases that pass and change, and hold none of the script's mentions."""
    return tuple(
        result.case
        for result in results
        if result.passed
        and result.case.after is not None
        and not is_candidate(script.mentions, result.case.before.encode())
    )


def find_differences(
    script: Script, firsts: tuple[Outcome, ...], *, arguments: tuple[tuple[str, str], ...], limits: Limits
) -> tuple[Difference, ...]:
    """Run the cases once more, in processes with other hashes, and find those of which something else becomes.

    No fence keeps a script from memory addresses and the clock. A process that is forked from another launcher sees
    others; and as there each case has one of its own, what was carried over from another case shows.
    """
    jobs = [job_of(case) for case in script.cases]
    seconds, _ = _run(script, jobs, arguments=arguments, limits=limits, seed=OTHER_SEED, is_alone=True)
    return tuple(
        Difference(case=case, first=first, second=second, reason=_reason(first, second))
        for case, first, second in zip(script.cases, firsts, seconds, strict=True)
        if first != second
    )


def try_mutants(script: Script, *, arguments: tuple[tuple[str, str], ...] = (), limits: Limits) -> Iterator[Trial]:
    """Run the cases on each mutant until one fails; they must hold for the script itself.

    Gives the mutants in their order. One that the static check would not let run is left out.
    """
    mutants = find_mutants(script.source)
    cases = {job_of(case): case for case in script.cases}
    order = list(cases)
    orders: list[tuple[Job, ...]] = []
    given = limits
    # Where nothing fences it in, whoever lets the script run lets what it is changed to run.
    limits = replace(limits, is_trusted=lambda _: given.is_trusted(script))

    def fails(job: Job, outcome: Outcome) -> bool:
        return not judge(cases[job], outcome).passed

    def batches() -> Iterator[Batch]:
        for mutant in mutants:
            orders.append(tuple(order))
            changed = replace(script, source=mutant.source)
            yield Batch(script=changed, jobs=orders[-1], is_together=True, may_be_refused=True, is_enough=fails)

    with closing(map_batches(batches(), arguments=arguments, limits=limits)) as done:
        for number, outcomes in enumerate(done):
            if not outcomes:
                continue
            job = orders[number][len(outcomes) - 1]
            is_noticed = fails(job, outcomes[-1])
            if is_noticed:  # what notices one change is likely to notice the next: try it first
                order.remove(job)
                order.insert(0, job)
            yield Trial(mutant=mutants[number], is_noticed=is_noticed)


def _run(
    script: Script,
    jobs: list[Job],
    *,
    arguments: tuple[tuple[str, str], ...],
    limits: Limits,
    seed: int = 0,
    is_alone: bool = False,
) -> tuple[tuple[Outcome, ...], float]:
    """Run a script on its cases; gives what came out, and how many seconds the slowest took."""
    outcomes: list[Outcome] = []
    slowest, last = 0.0, time.monotonic()
    mapped = map_jobs(script, jobs, arguments=arguments, limits=limits, seed=seed, is_alone=is_alone)
    with closing(mapped) as done:
        for outcome in done:
            now = time.monotonic()
            slowest, last = max(slowest, now - last), now
            outcomes.append(outcome)
    return tuple(outcomes), slowest


def _reason(first: Outcome, second: Outcome) -> str:
    when = "in another process, with another hash seed,"
    if isinstance(second, Failed):
        return f"{when} it fails ({second.reason}): {second.detail.strip()}"
    if isinstance(first, Changed) and isinstance(second, Changed) and first.after == second.after:
        return f"{when} it makes the same of the text, and reports something else about it"
    return f"{when} it makes something else of the same text"
