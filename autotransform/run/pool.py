"""Jobs in, outcomes out, in the same order: the seam at which work is spread."""

from __future__ import annotations

import itertools
import queue
import threading
from collections import deque
from concurrent.futures import Future
from typing import TYPE_CHECKING, TypeAlias

from autotransform.engine.values import Failed
from autotransform.errors import AutoTransformError
from autotransform.run.crew import LOST, Batch, Closed, Crew
from autotransform.script import require_safe

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator

    from autotransform.engine.values import Job, Outcome
    from autotransform.run.isolation import Layer
    from autotransform.run.values import Limits
    from autotransform.script import Script

#: How many jobs are read ahead for each worker.
_WINDOW = 16

#: When so many files in a row, from the first on, cost their worker, the rest is not tried.
_HOPELESS = 5

#: Of the launcher from which the processes come in which something is done once more, to see whether it wavers.
OTHER_SEED = 1

_Task: TypeAlias = "tuple[Batch, Future[tuple[Outcome, ...]]]"


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
    few ahead, and in the caller's thread. No process is started before there is a job, and none with the script in it
    is left when the iterator is exhausted, closed or raises.

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
    crew = Crew(arguments=arguments, limits=limits, seed=seed, layers=layers)
    pool = _Pool(crew, workers=limits.workers)
    try:
        yield from _while_there_is_hope(pool, script, iter(jobs))
    finally:
        pool.close()


def _while_there_is_hope(pool: _Pool, script: Script, jobs: Iterator[Job]) -> Iterator[Outcome]:
    """Give the outcome of each job; once every one of the first few is lost, the rest is not tried."""
    outcomes = pool.map(Batch(script=script, jobs=(job,), is_audited=True) for job in jobs)
    for lost, (outcome,) in enumerate(outcomes, start=1):
        yield outcome
        if not (isinstance(outcome, Failed) and outcome.reason in LOST):
            break
        if lost == _HOPELESS:
            left = pool.close()
            detail = f"not tried, because the first {_HOPELESS} files were lost: {outcome.detail}"
            for job in itertools.chain((job for batch in left for job in batch.jobs), jobs):
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

    crew = Crew(arguments=arguments, limits=limits, seed=seed, layers=layers)
    pool = _Pool(crew, workers=limits.workers)
    try:
        yield from pool.map(allowed())
    finally:
        pool.close()


def _require_allowed(script: Script) -> None:
    if script.is_model_written:  # the check imports LibCST, which nobody else's script should have to wait for
        require_safe(script)


class _Pool:
    """Threads that have a crew do batches; no more than there may be workers."""

    def __init__(self, crew: Crew, *, workers: int) -> None:
        self._crew = crew
        self._workers = workers
        self._tasks: queue.SimpleQueue[_Task | None] = queue.SimpleQueue()
        self._pending: deque[_Task] = deque()
        self._threads: list[threading.Thread] = []

    def map(self, batches: Iterable[Batch]) -> Iterator[tuple[Outcome, ...]]:
        """Give the outcomes of each batch, in order."""
        for batch in batches:
            self._submit(batch)
            while len(self._pending) >= _WINDOW * self._workers or (self._pending and self._pending[0][1].done()):
                yield self._next()
        while self._pending:
            yield self._next()

    def close(self) -> tuple[Batch, ...]:
        """Kill every process and end every thread; give the batches whose outcomes nobody has seen."""
        if self._pending:
            self._crew.kill()
        for _ in self._threads:
            self._tasks.put(None)
        for thread in self._threads:
            thread.join()
        self._crew.bury()
        left = tuple(batch for batch, _ in self._pending)
        self._pending.clear()
        return left

    def _next(self) -> tuple[Outcome, ...]:
        outcomes = self._pending[0][1].result()
        self._pending.popleft()
        return outcomes

    def _submit(self, batch: Batch) -> None:
        self._crew.start()
        task: _Task = (batch, Future())
        self._pending.append(task)
        self._tasks.put(task)
        if len(self._threads) < min(len(self._pending), self._workers):
            thread = threading.Thread(target=self._work, daemon=True)
            try:
                thread.start()
            except RuntimeError as error:
                if not self._threads:
                    raise AutoTransformError(f"The system gives no thread: {error}.") from error
            else:
                self._threads.append(thread)

    def _work(self) -> None:
        """Do tasks until there are no more; the body of each thread."""
        while (task := self._tasks.get()) is not None:
            batch, future = task
            try:
                future.set_result(self._crew.perform(batch))
            except Closed:
                break
            except BaseException as error:  # noqa: BLE001 - the caller's thread raises it
                future.set_exception(error)
                break
