"""Jobs in, outcomes out, in the same order: the seam at which work is spread."""

from __future__ import annotations

import queue
import threading
import time
from collections import deque
from concurrent.futures import Future
from typing import TYPE_CHECKING, TypeAlias

from autotransform.engine.values import Failed
from autotransform.errors import AutoTransformError
from autotransform.run.launcher import WorkerGone, launch
from autotransform.run.wire import ProtocolError, greeting_frame, job_frame, read_outcome, reply_limit
from autotransform.script import require_safe

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator

    from autotransform.engine.values import FailureReason, Job, Outcome
    from autotransform.run.launcher import Worker
    from autotransform.run.values import Limits
    from autotransform.script import Script

#: How many jobs are read ahead for each worker.
_WINDOW = 16

#: Another worker is started when so many bytes wait for each one that there is. To start one costs as much as LibCST
#: takes for about this much source.
_WORTH_A_WORKER = 50_000

#: When so many files in a row, from the first on, cost their worker, the rest is not tried.
_HOPELESS = 5

#: Seconds that a worker may take to start. Ten have been seen, with a cold disk and a busy machine.
_START = 120.0

_LOST: frozenset[FailureReason] = frozenset({"timeout", "died", "protocol"})

_Task: TypeAlias = "tuple[Job, Future[Outcome]]"


def map_jobs(
    script: Script, jobs: Iterable[Job], *, arguments: tuple[tuple[str, str], ...] = (), limits: Limits
) -> Generator[Outcome, None, None]:
    """Run a script on each job, in worker processes.

    Gives the outcomes in the order of the jobs, the same for any number of workers. Jobs are read as they are needed, a
    few ahead, and in the caller's thread. No worker is started before there is a job, and every worker is dead when
    the iterator is exhausted, closed or raises.

    Raises:
        ScriptError: A model wrote the script, and it does not pass the static check.
        AutoTransformError: Workers cannot be started.
    """
    if script.is_model_written:  # the check imports LibCST, which nobody else's script should have to wait for
        require_safe(script)
    crew = _Crew(script, arguments=arguments, limits=limits)
    hopeless: Failed | None = None
    lost = 0
    try:
        source = iter(jobs)
        for outcome in crew.map(source):
            yield outcome
            is_lost = isinstance(outcome, Failed) and outcome.reason in _LOST
            lost = lost + 1 if is_lost and lost >= 0 else -1
            if lost == _HOPELESS and isinstance(outcome, Failed):
                hopeless = outcome
                break
        if hopeless is not None:
            left = crew.close()
            detail = f"not tried, because the first {_HOPELESS} files were lost: {hopeless.detail}"
            for job in (*left, *source):
                yield Failed(path=job.context.path, reason=hopeless.reason, detail=detail)
    finally:
        crew.close()


class _Closed(Exception):  # noqa: N818 - the way out of a thread
    """The crew was told to stop."""


class _Crew:
    """Threads, each with a worker of its own; as many as the work is worth."""

    def __init__(self, script: Script, *, arguments: tuple[tuple[str, str], ...], limits: Limits) -> None:
        self._script = script
        self._arguments = arguments
        self._limits = limits
        self._tasks: queue.SimpleQueue[_Task | None] = queue.SimpleQueue()
        self._pending: deque[_Task] = deque()
        self._threads: list[threading.Thread] = []
        self._lock = threading.Lock()
        self._workers: set[Worker] = set()
        self._waiting_bytes = 0
        self._is_closed = False

    def map(self, jobs: Iterator[Job]) -> Iterator[Outcome]:
        """Give the outcome of each job, in order."""
        for job in jobs:
            self._submit(job)
            while len(self._pending) >= _WINDOW * self._limits.workers or (
                self._pending and self._pending[0][1].done()
            ):
                yield self._next()
        while self._pending:
            yield self._next()

    def close(self) -> tuple[Job, ...]:
        """Kill every worker and end every thread; give the jobs whose outcomes nobody has seen."""
        with self._lock:
            self._is_closed = True
            workers = [*self._workers]
        for worker in workers:
            worker.kill()
        for _ in self._threads:
            self._tasks.put(None)
        for thread in self._threads:
            thread.join()
        left = tuple(job for job, _ in self._pending)
        self._pending.clear()
        return left

    def _next(self) -> Outcome:
        outcome = self._pending[0][1].result()
        self._pending.popleft()
        return outcome

    def _submit(self, job: Job) -> None:
        task: _Task = (job, Future())
        self._pending.append(task)
        with self._lock:
            self._waiting_bytes += len(job.content)
            is_worth_it = self._waiting_bytes > _WORTH_A_WORKER * len(self._threads)
        self._tasks.put(task)
        if not self._threads or (is_worth_it and len(self._threads) < self._limits.workers):
            thread = threading.Thread(target=self._work, daemon=True)
            self._threads.append(thread)
            thread.start()

    def _work(self) -> None:
        """Do tasks until there are no more; the body of each thread."""
        worker: Worker | None = None
        number = 0
        while (task := self._tasks.get()) is not None:
            job, future = task
            number += 1
            try:
                worker = self._ready(worker)
                outcome = self._perform(job, worker=worker, number=number)
                if isinstance(outcome, Failed) and outcome.reason in _LOST:
                    self._dismiss(worker)
                    worker = None
            except _Closed:
                break
            except BaseException as error:  # noqa: BLE001 - the caller's thread raises it
                future.set_exception(error)
                break
            finally:
                with self._lock:
                    self._waiting_bytes -= len(job.content)
            future.set_result(outcome)
        if worker is not None:
            self._dismiss(worker)

    def _ready(self, worker: Worker | None) -> Worker:
        """Give a worker that waits for a job: the one there is, if it is well."""
        if worker is not None and worker.has_more_to_say:
            # It died after its last answer, or something that the script left behind speaks out of turn.
            self._dismiss(worker)
            worker = None
        return worker or self._hire()

    def _hire(self) -> Worker:
        worker = launch()
        with self._lock:
            self._workers.add(worker)
            is_closed = self._is_closed
        try:
            if is_closed:
                worker.kill()
            greeting = greeting_frame(self._script, arguments=self._arguments, memory=self._limits.memory)
            worker.send(greeting, seconds=_START)
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
            return self._lost(job, reason="died", detail=f"its worker is gone: {worker.autopsy()}")

    def _lost(self, job: Job, *, reason: FailureReason, detail: str) -> Failed:
        if self._is_closed:
            raise _Closed
        return Failed(path=job.context.path, reason=reason, detail=detail)

    def _dismiss(self, worker: Worker) -> None:
        worker.bury()
        with self._lock:
            self._workers.discard(worker)
