"""Do batches: give their jobs to children, and make outcomes of whatever happens to them."""

from __future__ import annotations

import time
from collections import deque
from typing import TYPE_CHECKING

from autotransform.engine.values import Changed, Failed
from autotransform.errors import ScriptError
from autotransform.run.auditor import ATTEMPTS, Auditor, no_process
from autotransform.run.child import WorkerGone
from autotransform.run.crew import Closed, NeverHad
from autotransform.run.wire import ProtocolError, job_frame, read_outcome, reply_limit
from autotransform.script.static_check import require_no_problems

if TYPE_CHECKING:
    from collections.abc import Iterator

    from autotransform.engine.values import FailureReason, Job, Outcome
    from autotransform.run.child import Worker
    from autotransform.run.crew import Batch, Crew
    from autotransform.script import Script

#: What leaves nothing to talk to.
LOST: frozenset[FailureReason] = frozenset({"timeout", "died", "protocol"})


class Performer:
    """One thread's way of doing batches; it keeps a child in which no script runs."""

    def __init__(self, crew: Crew) -> None:
        self._crew = crew
        self._auditor = Auditor(crew)

    def close(self) -> None:
        """Let the child go that it keeps."""
        self._auditor.close()

    def perform(self, batch: Batch) -> Iterator[Outcome]:
        """Give the outcome of each job, in order, up to the one that was enough.

        A job that loses its child costs no other: those after it are done in another one.

        Raises:
            Closed: In the middle of it everything was ended.
            ScriptError: A model wrote the script, and it does not pass the static check.
            UntrustedError: The kernel does not fence the script in, and nobody approved it.
            AutoTransformError: No child can be had.
        """
        try:
            is_together = self._may_share(batch)
        except ScriptError:
            if batch.may_be_refused:
                return
            raise
        groups = [batch.jobs] if is_together else [(job,) for job in batch.jobs]
        for jobs in groups:
            for job, outcome in zip(jobs, self._do(batch, deque(jobs)), strict=False):
                yield outcome
                if batch.is_enough is not None and batch.is_enough(job, outcome):
                    return

    def _may_share(self, batch: Batch) -> bool:
        """Tell whether the jobs of a batch may share a child; what a model wrote is checked, however many there are."""
        script = batch.script
        is_open = batch.is_together is None and len(batch.jobs) > 1
        if not (is_open or script.is_model_written):
            return bool(batch.is_together)
        checked = self._auditor.check(script)
        require_no_problems(script, checked.problems)
        return not checked.carries_state if batch.is_together is None else batch.is_together

    def _do(self, batch: Batch, left: deque[Job]) -> Iterator[Outcome]:
        """Do jobs in one child, and as many more as are lost."""
        refused = 0
        while left:
            is_first = True
            worker = self._crew.hire(batch.script, left)
            try:
                for outcome in self._ask(worker, [*left], is_ahead=batch.is_enough is None):
                    if not is_first and _may_be_the_fault_of_others(outcome):
                        break
                    yield self._audited(left.popleft(), outcome, script=batch.script)
                    is_first, refused = False, 0
            except NeverHad as error:
                refused += 1
                if refused == ATTEMPTS:
                    yield self._give_up(left.popleft(), is_refused=error.is_refused)
                    refused = 0
                time.sleep(0.1 * refused)
            finally:
                self._crew.dismiss(worker)

    def _give_up(self, job: Job, *, is_refused: bool) -> Failed:
        if is_refused:
            raise no_process()
        return self._lost(job, reason="died", detail="its process is gone, and each time the launcher with it")

    def _audited(self, job: Job, outcome: Outcome, *, script: Script) -> Outcome:
        return self._auditor.audit(job, outcome, script=script) if isinstance(outcome, Changed) else outcome

    def _ask(self, worker: Worker, jobs: list[Job], *, is_ahead: bool) -> Iterator[Outcome]:
        """Give the outcome of each job up to the one that loses the child.

        Args:
            worker: The child.
            jobs: What it is to do.
            is_ahead: Let it go on with the next while nobody has looked at the last.
        """
        if is_ahead:
            worker.post(*(job_frame(job, number=number) for number, job in enumerate(jobs, start=1)))
        for number, job in enumerate(jobs, start=1):
            if not is_ahead:
                worker.post(job_frame(job, number=number))
            outcome = self._await(job, worker=worker, number=number)
            yield outcome
            if isinstance(outcome, Failed) and outcome.reason in LOST:
                return

    def _await(self, job: Job, *, worker: Worker, number: int) -> Outcome:
        timeout = self._crew.limits.timeout
        try:
            answer = worker.receive(limit=reply_limit(job), seconds=timeout)
            return read_outcome(answer, job=job, number=number)
        except TimeoutError:
            return self._lost(job, reason="timeout", detail=f"it took more than {timeout:g} seconds")
        except ProtocolError as error:
            return self._lost(job, reason="protocol", detail=str(error))
        except WorkerGone:
            return self._lost(job, reason="died", detail=f"its process is gone: {self._crew.autopsy(worker)}")

    def _lost(self, job: Job, *, reason: FailureReason, detail: str) -> Failed:
        if self._crew.is_closed:
            raise Closed
        return Failed(path=job.context.path, reason=reason, detail=detail)


def _may_be_the_fault_of_others(outcome: Outcome) -> bool:
    """Tell whether what became of a file may come from those that its process did before it: it is tried alone."""
    return isinstance(outcome, Failed) and (outcome.reason in {"died", "protocol"} or "MemoryError" in outcome.detail)
