"""Jobs in, outcomes out, in the same order: the seam at which work is spread."""

from __future__ import annotations

import queue
import threading
import time
from collections import deque
from concurrent.futures import Future
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from autotransform.engine.values import Failed
from autotransform.errors import AutoTransformError
from autotransform.run.launcher import WorkerGone, launch
from autotransform.run.wire import ProtocolError, greeting_frame, job_frame, read_outcome, reply_limit, script_frame
from autotransform.script import require_safe

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator

    from autotransform.engine.values import FailureReason, Job, Outcome
    from autotransform.run.launcher import Worker
    from autotransform.run.values import Limits
    from autotransform.script import Script

#: How many jobs are read ahead for each worker.
_WINDOW = 16

#: Another worker is started when so many bytes wait for each one that there is. To start one costs as much as LibCST
#: takes for about this much source.
_WORTH_A_WORKER = 50_000

#: What a file costs however small it is, as bytes of source: LibCST sets up its visitors anew for each.
_FILE_ITSELF = 2_000

#: When so many files in a row, from the first on, cost their worker, the rest is not tried.
_HOPELESS = 5

#: Seconds that a worker may take to start. Ten have been seen, with a cold disk and a busy machine.
_START = 120.0

_LOST: frozenset[FailureReason] = frozenset({"timeout", "died", "protocol"})

_Task: TypeAlias = "tuple[Batch, Future[tuple[Outcome, ...]]]"


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """What one worker does in one go: a script over some files, one after the other."""

    script: Script
    jobs: tuple[Job, ...]
    #: Told each outcome, in the worker's thread: whether the jobs that are left need not be done.
    is_enough: Callable[[Job, Outcome], bool] = lambda _job, _outcome: False

    @property
    def weight(self) -> int:
        """About how much work it is, in bytes of source."""
        return sum(_FILE_ITSELF + len(job.content) for job in self.jobs)


def map_jobs(
    script: Script,
    jobs: Iterable[Job],
    *,
    arguments: tuple[tuple[str, str], ...] = (),
    limits: Limits,
    seed: int = 0,
) -> Generator[Outcome, None, None]:
    """Run a script on each job, in worker processes.

    Gives the outcomes in the order of the jobs, the same for any number of workers. Jobs are read as they are needed, a
    few ahead, and in the caller's thread. No worker is started before there is a job, and every worker is dead when
    the iterator is exhausted, closed or raises.

    Args:
        script: What to run.
        jobs: What to run it on.
        arguments: Of the script's own ``add_args``.
        limits: For the workers.
        seed: Of the workers' hashes; whatever it is, the outcomes of a sound script are the same.

    Raises:
        ScriptError: A model wrote the script, and it does not pass the static check.
        AutoTransformError: Workers cannot be started.
    """
    _require_allowed(script)
    crew = _Crew(arguments=arguments, limits=limits, seed=seed)
    hopeless: Failed | None = None
    lost = 0
    try:
        source = iter(jobs)
        for (outcome,) in crew.map(Batch(script=script, jobs=(job,)) for job in source):
            yield outcome
            is_lost = isinstance(outcome, Failed) and outcome.reason in _LOST
            lost = lost + 1 if is_lost and lost >= 0 else -1
            if lost == _HOPELESS and isinstance(outcome, Failed):
                hopeless = outcome
                break
        if hopeless is not None:
            left = crew.close()
            detail = f"not tried, because the first {_HOPELESS} files were lost: {hopeless.detail}"
            for job in (*(job for batch in left for job in batch.jobs), *source):
                yield Failed(path=job.context.path, reason=hopeless.reason, detail=detail)
    finally:
        crew.close()


def map_batches(
    batches: Iterable[Batch], *, arguments: tuple[tuple[str, str], ...] = (), limits: Limits
) -> Generator[tuple[Outcome, ...], None, None]:
    """Run each batch in one worker, many batches of different scripts in the same one.

    Gives the outcomes of each batch, in the order of the batches: of all its jobs, or of those up to the one that was
    enough. Otherwise as `map_jobs`, except that it never gives up.

    Raises:
        ScriptError: A model wrote one of the scripts, and it does not pass the static check.
        AutoTransformError: Workers cannot be started.
    """

    def allowed() -> Iterator[Batch]:
        for batch in batches:
            _require_allowed(batch.script)
            yield batch

    crew = _Crew(arguments=arguments, limits=limits)
    try:
        yield from crew.map(allowed())
    finally:
        crew.close()


def _require_allowed(script: Script) -> None:
    if script.is_model_written:  # the check imports LibCST, which nobody else's script should have to wait for
        require_safe(script)


class _Closed(Exception):  # noqa: N818 - the way out of a thread
    """The crew was told to stop."""


@dataclass(slots=True)
class _Seat:
    """What a thread keeps between batches."""

    worker: Worker | None = None
    #: Of its last job, so that no answer can be taken for another's.
    number: int = 0


class _Crew:
    """Threads, each with a worker of its own; as many as the work is worth."""

    def __init__(self, *, arguments: tuple[tuple[str, str], ...], limits: Limits, seed: int = 0) -> None:
        self._arguments = arguments
        self._limits = limits
        self._seed = seed
        self._tasks: queue.SimpleQueue[_Task | None] = queue.SimpleQueue()
        self._pending: deque[_Task] = deque()
        self._threads: list[threading.Thread] = []
        self._lock = threading.Lock()
        self._workers: set[Worker] = set()
        self._waiting = 0
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
        """Kill every worker and end every thread; give the batches whose outcomes nobody has seen."""
        with self._lock:
            self._is_closed = True
            workers = [*self._workers]
        for worker in workers:
            worker.kill()
        for _ in self._threads:
            self._tasks.put(None)
        for thread in self._threads:
            thread.join()
        left = tuple(batch for batch, _ in self._pending)
        self._pending.clear()
        return left

    def _next(self) -> tuple[Outcome, ...]:
        outcomes = self._pending[0][1].result()
        self._pending.popleft()
        return outcomes

    def _submit(self, batch: Batch) -> None:
        task: _Task = (batch, Future())
        self._pending.append(task)
        with self._lock:
            self._waiting += batch.weight
            is_worth_it = self._waiting > _WORTH_A_WORKER * len(self._threads)
        self._tasks.put(task)
        if not self._threads or (is_worth_it and len(self._threads) < self._limits.workers):
            thread = threading.Thread(target=self._work, daemon=True)
            self._threads.append(thread)
            thread.start()

    def _work(self) -> None:
        """Do tasks until there are no more; the body of each thread."""
        seat = _Seat()
        while (task := self._tasks.get()) is not None:
            batch, future = task
            try:
                outcomes = self._perform_all(batch, seat=seat)
            except _Closed:
                break
            except BaseException as error:  # noqa: BLE001 - the caller's thread raises it
                future.set_exception(error)
                break
            finally:
                with self._lock:
                    self._waiting -= batch.weight
            future.set_result(outcomes)
        if seat.worker is not None:
            self._dismiss(seat.worker)

    def _perform_all(self, batch: Batch, *, seat: _Seat) -> tuple[Outcome, ...]:
        outcomes: list[Outcome] = []
        for job in batch.jobs:
            seat.worker = self._ready(seat.worker)
            seat.number += 1
            outcome = self._perform(job, batch.script, worker=seat.worker, number=seat.number)
            if isinstance(outcome, Failed) and outcome.reason in _LOST:
                self._dismiss(seat.worker)
                seat.worker = None
            outcomes.append(outcome)
            if batch.is_enough(job, outcome):
                break
        return tuple(outcomes)

    def _ready(self, worker: Worker | None) -> Worker:
        """Give a worker that waits for a job: the one there is, if it is well."""
        if worker is not None and worker.has_more_to_say:
            # It died after its last answer, or something that the script left behind speaks out of turn.
            self._dismiss(worker)
            worker = None
        return worker or self._hire()

    def _hire(self) -> Worker:
        worker = launch(seed=self._seed)
        with self._lock:
            self._workers.add(worker)
            is_closed = self._is_closed
        try:
            if is_closed:
                worker.kill()
            worker.send(greeting_frame(memory=self._limits.memory), seconds=_START)
            worker.receive(limit=1 << 10, seconds=_START)
        except BaseException as error:
            words = worker.last_words()
            self._dismiss(worker)
            if self._is_closed:
                raise _Closed from error
            raise AutoTransformError(
                "A worker process does not start: LibCST cannot be imported, or the memory limit is too low.",
                details=words,
                hint="Run `autotransform doctor`, and look at `memory` in [tool.autotransform].",
            ) from error
        return worker

    def _perform(self, job: Job, script: Script, *, worker: Worker, number: int) -> Outcome:
        deadline = time.monotonic() + self._limits.timeout
        try:
            if worker.script is not script:
                worker.send(script_frame(script, arguments=self._arguments), seconds=self._limits.timeout)
                worker.script = script
            worker.send(job_frame(job, number=number), seconds=self._limits.timeout)
            answer = worker.receive(limit=reply_limit(job), seconds=deadline - time.monotonic())
            return read_outcome(answer, job=job, number=number)
        except TimeoutError:
            return self._lost(job, reason="timeout", detail=f"it took more than {self._limits.timeout:g} seconds")
        except ProtocolError as error:
            return self._lost(job, reason="protocol", detail=str(error))
        except WorkerGone:
            return self._lost(job, reason="died", detail=f"its worker is gone: {worker.autopsy()}")

    def _lost(self, job: Job, *, reason: FailureReason, detail: str) -> Failed:
        if self._is_closed:
            raise _Closed
        return Failed(path=job.context.path, reason=reason, detail=detail)

    def _dismiss(self, worker: Worker) -> None:
        worker.bury()
        with self._lock:
            self._workers.discard(worker)
