"""Children for batches: have them forked, give them their jobs, and make outcomes of whatever happens to them."""

from __future__ import annotations

import contextlib
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from autotransform.engine.values import Changed, Failed
from autotransform.errors import AutoTransformError
from autotransform.run.child import NOT_FORKED, WorkerGone, describe
from autotransform.run.isolation import LAYERS
from autotransform.run.launcher import give_back, take
from autotransform.run.trust import is_fenced, require_trust
from autotransform.run.wire import ProtocolError, job_frame, outcome_frame, read_outcome, reply_limit, script_frame

if TYPE_CHECKING:
    from collections.abc import Callable

    from autotransform.engine.values import FailureReason, Job, Outcome
    from autotransform.run.child import Worker
    from autotransform.run.isolation import Layer
    from autotransform.run.launcher import Launcher
    from autotransform.run.values import Limits
    from autotransform.script import Script

#: Seconds that a child may go on after the parent should have ended it.
_GRACE = 5.0

#: How often a batch is begun that lost its child through no fault of the script.
_ATTEMPTS = 5

#: What leaves nothing to talk to.
LOST: frozenset[FailureReason] = frozenset({"timeout", "died", "protocol"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What one child does: a script over some files, one after the other."""

    script: Script
    jobs: tuple[Job, ...]
    #: Told each outcome, in a thread of its own: whether the jobs that are left need not be done.
    is_enough: Callable[[Job, Outcome], bool] = lambda _job, _outcome: False
    #: Whether a process that no script has been in looks at each changed file once more.
    is_audited: bool = False


class _NeverHad(Exception):  # noqa: N818 - the file is not to blame
    """There was no child, or the launcher took it with it: whatever it was given is done again."""

    def __init__(self, *, is_refused: bool) -> None:
        super().__init__()
        #: The system gave no process, and the launcher is well.
        self.is_refused = is_refused


class Closed(Exception):  # noqa: N818 - the way out of a thread
    """The crew was told to stop."""


class Crew:
    """A launcher and its children; used by several threads at once."""

    def __init__(
        self,
        *,
        arguments: tuple[tuple[str, str], ...],
        limits: Limits,
        seed: int,
        layers: frozenset[Layer] | None,
    ) -> None:
        self._arguments = arguments
        self._limits = limits
        self._seed = seed
        self._layers = layers
        self._lock = threading.Lock()
        self._launcher: Launcher | None = None
        self._workers: set[Worker] = set()
        self._is_closed = False
        self._is_held = False

    def start(self) -> None:
        """Start the launcher, if it has not been; it gets ready while the caller goes on.

        Raises:
            AutoTransformError: The system starts no process.
        """
        if self._launcher is None:
            self._launcher = self._launch()

    def kill(self) -> None:
        """End every process; whoever waits for one gets `Closed`."""
        with self._lock:
            self._is_closed = True
            workers = [*self._workers]
        if self._launcher is not None:
            self._launcher.kill()
        for worker in workers:
            worker.kill()

    def bury(self) -> None:
        """Give back everything, once no thread uses it any more.

        Every process is dead afterwards, but for a launcher that did all it was asked to, and whose children seccomp
        held: it may be of use once more.
        """
        if self._launcher is None:
            return
        if self._is_closed or self._workers or not self._is_held:
            self._launcher.bury()
        else:
            give_back(self._launcher)

    def perform(self, batch: Batch) -> tuple[Outcome, ...]:
        """Do a batch in one child; where that is lost, what is left of it in another.

        Raises:
            Closed: In the middle of it everything was ended.
            UntrustedError: The kernel does not fence the script in, and nobody approved it.
            AutoTransformError: No child can be had.
        """
        is_refused = False
        for attempt in range(1, _ATTEMPTS + 1):
            try:
                return self._attempt(batch)
            except _NeverHad as error:
                is_refused = error.is_refused
                time.sleep(0.1 * attempt)
        if is_refused:
            raise AutoTransformError(
                "The system starts no more processes: there are too many, or too little memory is left.",
                hint="Try again with --jobs 1.",
            )
        detail = "its process is gone, and each time the launcher with it"
        return (self._lost(batch.jobs[0], reason="died", detail=detail),)

    def _attempt(self, batch: Batch) -> tuple[Outcome, ...]:
        outcomes: list[Outcome] = []
        worker: Worker | None = None
        try:
            for number, job in enumerate(batch.jobs, start=1):
                if worker is None:
                    worker = self._hire(batch.script, seconds=self._limits.timeout * len(batch.jobs))
                outcome = self._perform(job, worker=worker, number=number)
                if batch.is_audited and isinstance(outcome, Changed):
                    if number == len(batch.jobs):  # so that there are never two for one file
                        self._dismiss(worker)
                        worker = None
                    outcome = self._audit(job, outcome, script=batch.script)
                outcomes.append(outcome)
                if batch.is_enough(job, outcome):
                    break
                if worker is not None and isinstance(outcome, Failed) and outcome.reason in LOST:
                    self._dismiss(worker)
                    worker = None
        finally:
            if worker is not None:
                self._dismiss(worker)
        return tuple(outcomes)

    def _hire(self, script: Script, *, seconds: float) -> Worker:
        """Give a new child that was told the script."""
        is_restricted = script.is_model_written if self._layers is None else "python" in self._layers
        worker = self._fork(script, seconds=seconds, is_restricted=is_restricted)
        with contextlib.suppress(WorkerGone, TimeoutError):  # whoever gives it a job hears of it
            worker.send(script_frame(script, arguments=self._arguments), seconds=self._limits.timeout)
        return worker

    def _fork(self, script: Script, *, seconds: float, is_restricted: bool, is_audit: bool = False) -> Worker:
        for _ in range(2):
            launcher = self._ready(script)
            try:
                worker = launcher.fork(seconds=seconds + _GRACE, is_restricted=is_restricted, is_audit=is_audit)
            except WorkerGone as error:
                if self._is_closed:
                    raise Closed from error
                self._replace(launcher)
            else:
                return self._enlist(worker)
        raise AutoTransformError(
            "The process from which workers are forked was killed twice; most likely the system ran out of memory.",
            hint="Try again with --jobs 1.",
        )

    def _replace(self, launcher: Launcher) -> None:
        """Start another one: somebody killed it, the system for its memory, or a script that nothing fences in."""
        with self._lock:
            if self._launcher is launcher:
                launcher.bury()
                self._launcher = self._launch()

    def _enlist(self, worker: Worker) -> Worker:
        with self._lock:
            self._workers.add(worker)
            is_closed = self._is_closed
        if is_closed:
            self._dismiss(worker)
            raise Closed
        return worker

    def _launch(self) -> Launcher:
        return take(
            layers=[layer for layer in LAYERS if self._layers is None or layer in self._layers],
            memory=self._limits.memory,
            seed=self._seed,
        )

    def _ready(self, script: Script) -> Launcher:
        """Give the launcher once it has started, if the script may run behind what it can put up."""
        launcher = self._launcher
        if launcher is None:
            raise Closed
        try:
            report = launcher.report
        except AutoTransformError as error:
            if self._is_closed:
                raise Closed from error
            raise
        self._is_held = is_fenced(report) and (self._layers is None or "seccomp" in self._layers)
        if self._layers is None:
            require_trust(script, report=report, is_trusted=self._limits.is_trusted)
        return launcher

    def _perform(self, job: Job, *, worker: Worker, number: int) -> Outcome:
        deadline = time.monotonic() + self._limits.timeout
        try:
            worker.send(job_frame(job, number=number), seconds=self._limits.timeout)
            answer = worker.receive(limit=reply_limit(job), seconds=deadline - time.monotonic())
            return read_outcome(answer, job=job, number=number)
        except TimeoutError:
            return self._lost(job, reason="timeout", detail=f"it took more than {self._limits.timeout:g} seconds")
        except ProtocolError as error:
            return self._lost(job, reason="protocol", detail=str(error))
        except WorkerGone:
            return self._lost(job, reason="died", detail=f"its process is gone: {self._autopsy(worker)}")

    def _audit(self, job: Job, changed: Changed, *, script: Script) -> Outcome:
        """Have a child that no script has been in look at what is said to have come of a job."""
        worker = self._fork(script, seconds=self._limits.timeout, is_restricted=True, is_audit=True)
        deadline = time.monotonic() + self._limits.timeout
        try:
            frames = job_frame(job, number=1), outcome_frame(changed, number=1)
            worker.send(*frames, seconds=self._limits.timeout)
            answer = worker.receive(limit=reply_limit(job), seconds=deadline - time.monotonic())
            return read_outcome(answer, job=job, number=1)
        except WorkerGone:
            detail = f"what came out cannot be looked at: {self._autopsy(worker)}"
            return self._lost(job, reason="protocol", detail=detail)
        except (TimeoutError, ProtocolError):
            return self._lost(job, reason="protocol", detail="what came out cannot be looked at: it takes too long")
        finally:
            self._dismiss(worker)

    def _autopsy(self, worker: Worker) -> str:
        """Say how a child ended that is gone."""
        try:
            status = worker.status()
        except TimeoutError:
            return "it hung up without an answer"
        if self._is_closed:
            raise Closed
        if status is None or status == NOT_FORKED:
            raise _NeverHad(is_refused=status is not None)
        return describe(status)

    def _lost(self, job: Job, *, reason: FailureReason, detail: str) -> Failed:
        if self._is_closed:
            raise Closed
        return Failed(path=job.context.path, reason=reason, detail=detail)

    def _dismiss(self, worker: Worker) -> None:
        worker.bury()
        with self._lock:
            self._workers.discard(worker)
