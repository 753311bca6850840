"""Jobs in, outcomes out, in the same order: the seam at which work is spread."""

from __future__ import annotations

import contextlib
import queue
import threading
import time
from collections import deque
from concurrent.futures import Future
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from autotransform.engine.values import Failed
from autotransform.errors import AutoTransformError
from autotransform.run.isolation import LAYERS
from autotransform.run.launcher import WorkerGone, launch
from autotransform.run.trust import require_trust
from autotransform.run.wire import ProtocolError, job_frame, read_outcome, reply_limit, script_frame
from autotransform.script import require_safe

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator

    from autotransform.engine.values import FailureReason, Job, Outcome
    from autotransform.run.isolation import Layer
    from autotransform.run.launcher import Launcher, Worker
    from autotransform.run.values import Limits
    from autotransform.script import Script

#: How many jobs are read ahead for each worker.
_WINDOW = 16

#: When so many files in a row, from the first on, cost their worker, the rest is not tried.
_HOPELESS = 5

#: Seconds that a child may go on after the parent should have ended it.
_GRACE = 5.0

#: Of the launcher from which the processes come in which something is done once more, to see whether it wavers.
OTHER_SEED = 1

_LOST: frozenset[FailureReason] = frozenset({"timeout", "died", "protocol"})

_Task: TypeAlias = "tuple[Batch, Future[tuple[Outcome, ...]]]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What one child does: a script over some files, one after the other."""

    script: Script
    jobs: tuple[Job, ...]
    #: Told each outcome, in a thread of its own: whether the jobs that are left need not be done.
    is_enough: Callable[[Job, Outcome], bool] = lambda _job, _outcome: False


def map_jobs(
    script: Script,
    jobs: Iterable[Job],
    *,
    arguments: tuple[tuple[str, str], ...] = (),
    limits: Limits,
    seed: int = 0,
    layers: frozenset[Layer] | None = None,
) -> Generator[Outcome, None, None]:
    """Run a script on each job, in a fenced process of its own.

    Gives the outcomes in the order of the jobs, the same for any number of workers. Jobs are read as they are needed, a
    few ahead, and in the caller's thread. No process is started before there is a job, and every process is dead when
    the iterator is exhausted, closed or raises.

    Args:
        script: What to run.
        jobs: What to run it on.
        arguments: Of the script's own ``add_args``.
        limits: For the workers.
        seed: Of the workers' hashes; whatever it is, the outcomes of a sound script are the same.
        layers: With which the processes are fenced; ``None``: all that there are, ``python`` for what a model wrote.

    Raises:
        ScriptError: A model wrote the script, and it does not pass the static check.
        UntrustedError: The kernel does not fence the script in, and nobody approved it.
        AutoTransformError: Workers cannot be started.
    """
    _require_allowed(script)
    crew = _Crew(arguments=arguments, limits=limits, seed=seed, layers=layers)
    try:
        yield from _while_there_is_hope(crew, script, iter(jobs))
    finally:
        crew.close()


def _while_there_is_hope(crew: _Crew, script: Script, jobs: Iterator[Job]) -> Iterator[Outcome]:
    """Give the outcome of each job; once every one of the first few is lost, the rest is not tried."""
    outcomes = crew.map(Batch(script=script, jobs=(job,)) for job in jobs)
    for lost, (outcome,) in enumerate(outcomes, start=1):
        yield outcome
        if not (isinstance(outcome, Failed) and outcome.reason in _LOST):
            break
        if lost == _HOPELESS:
            left = crew.close()
            detail = f"not tried, because the first {_HOPELESS} files were lost: {outcome.detail}"
            for job in (*(job for batch in left for job in batch.jobs), *jobs):
                yield Failed(path=job.context.path, reason=outcome.reason, detail=detail)
            return
    for (outcome,) in outcomes:
        yield outcome


def map_batches(
    batches: Iterable[Batch],
    *,
    arguments: tuple[tuple[str, str], ...] = (),
    limits: Limits,
    seed: int = 0,
    layers: frozenset[Layer] | None = None,
) -> Generator[tuple[Outcome, ...], None, None]:
    """Run each batch in one process, with the batches of all scripts forked from one launcher.

    Gives the outcomes of each batch, in the order of the batches: of all its jobs, or of those up to the one that was
    enough. Otherwise as `map_jobs`, except that it never gives up.

    Raises:
        ScriptError: A model wrote one of the scripts, and it does not pass the static check.
        UntrustedError: The kernel does not fence a script in, and nobody approved it.
        AutoTransformError: Workers cannot be started.
    """

    def allowed() -> Iterator[Batch]:
        for batch in batches:
            _require_allowed(batch.script)
            yield batch

    crew = _Crew(arguments=arguments, limits=limits, seed=seed, layers=layers)
    try:
        yield from crew.map(allowed())
    finally:
        crew.close()


def _require_allowed(script: Script) -> None:
    if script.is_model_written:  # the check imports LibCST, which nobody else's script should have to wait for
        require_safe(script)


class _Closed(Exception):  # noqa: N818 - the way out of a thread
    """The crew was told to stop."""


class _Crew:
    """Threads that have children forked and talk to them; no more than there may be workers."""

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
        self._tasks: queue.SimpleQueue[_Task | None] = queue.SimpleQueue()
        self._pending: deque[_Task] = deque()
        self._threads: list[threading.Thread] = []
        self._lock = threading.Lock()
        self._launcher: Launcher | None = None
        self._workers: set[Worker] = set()
        self._is_closed = False

    def map(self, batches: Iterable[Batch]) -> Iterator[tuple[Outcome, ...]]:
        """Give the outcomes of each batch, in order."""
        for batch in batches:
            self._submit(batch)
            while len(self._pending) >= _WINDOW * self._limits.workers or (
                self._pending and self._pending[0][1].done()
            ):
                yield self._next()
        while self._pending:
            yield self._next()

    def close(self) -> tuple[Batch, ...]:
        """Kill every process and end every thread; give the batches whose outcomes nobody has seen."""
        with self._lock:
            self._is_closed = True
            workers = [*self._workers]
        if self._launcher is not None:
            self._launcher.kill()
        for worker in workers:
            worker.kill()
        for _ in self._threads:
            self._tasks.put(None)
        for thread in self._threads:
            thread.join()
        if self._launcher is not None:
            self._launcher.bury()
        left = tuple(batch for batch, _ in self._pending)
        self._pending.clear()
        return left

    def _next(self) -> tuple[Outcome, ...]:
        outcomes = self._pending[0][1].result()
        self._pending.popleft()
        return outcomes

    def _submit(self, batch: Batch) -> None:
        if self._launcher is None:  # it starts while more jobs are read
            self._launcher = self._launch()
        task: _Task = (batch, Future())
        self._pending.append(task)
        self._tasks.put(task)
        if len(self._threads) < min(len(self._pending), self._limits.workers):
            thread = threading.Thread(target=self._work, daemon=True)
            self._threads.append(thread)
            thread.start()

    def _work(self) -> None:
        """Do tasks until there are no more; the body of each thread."""
        while (task := self._tasks.get()) is not None:
            batch, future = task
            try:
                future.set_result(self._perform_all(batch))
            except _Closed:
                break
            except BaseException as error:  # noqa: BLE001 - the caller's thread raises it
                future.set_exception(error)
                break

    def _perform_all(self, batch: Batch) -> tuple[Outcome, ...]:
        outcomes: list[Outcome] = []
        worker: Worker | None = None
        try:
            for number, job in enumerate(batch.jobs, start=1):
                if worker is None:
                    worker = self._hire(batch.script, seconds=self._limits.timeout * len(batch.jobs))
                outcomes.append(self._perform(job, worker=worker, number=number))
                if batch.is_enough(job, outcomes[-1]):
                    break
                if isinstance(outcome := outcomes[-1], Failed) and outcome.reason in _LOST:
                    self._dismiss(worker)
                    worker = None
        finally:
            if worker is not None:
                self._dismiss(worker)
        return tuple(outcomes)

    def _hire(self, script: Script, *, seconds: float) -> Worker:
        """Give a new child that was told the script."""
        is_restricted = script.is_model_written if self._layers is None else "python" in self._layers
        worker = self._fork(script, seconds=seconds + _GRACE, is_restricted=is_restricted)
        with self._lock:
            self._workers.add(worker)
            is_closed = self._is_closed
        if is_closed:
            self._dismiss(worker)
            raise _Closed
        with contextlib.suppress(WorkerGone, TimeoutError):  # whoever gives it a job hears of it
            worker.send(script_frame(script, arguments=self._arguments), seconds=self._limits.timeout)
        return worker

    def _fork(self, script: Script, *, seconds: float, is_restricted: bool) -> Worker:
        launcher = self._ready(script)
        try:
            return launcher.fork(seconds=seconds, is_restricted=is_restricted)
        except WorkerGone as error:
            if self._is_closed:
                raise _Closed from error
        # Somebody killed it: the system, for its memory, or a script that nothing fences in.
        with self._lock:
            if self._launcher is launcher:
                launcher.bury()
                self._launcher = self._launch()
        try:
            return self._ready(script).fork(seconds=seconds, is_restricted=is_restricted)
        except WorkerGone as error:
            raise AutoTransformError(
                "The process from which workers are forked was killed twice; most likely the system ran out of memory.",
                hint="Try again with --jobs 1.",
            ) from error

    def _launch(self) -> Launcher:
        return launch(
            layers=[layer for layer in LAYERS if self._layers is None or layer in self._layers],
            memory=self._limits.memory,
            seed=self._seed,
        )

    def _ready(self, script: Script) -> Launcher:
        """Give the launcher once it has started, if the script may run behind what it can put up."""
        launcher = self._launcher
        if launcher is None:
            raise _Closed
        try:
            report = launcher.report
        except AutoTransformError as error:
            if self._is_closed:
                raise _Closed from error
            raise
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
            return self._lost(job, reason="died", detail=f"its process is gone: {worker.autopsy()}")

    def _lost(self, job: Job, *, reason: FailureReason, detail: str) -> Failed:
        if self._is_closed:
            raise _Closed
        return Failed(path=job.context.path, reason=reason, detail=detail)

    def _dismiss(self, worker: Worker) -> None:
        worker.bury()
        with self._lock:
            self._workers.discard(worker)
