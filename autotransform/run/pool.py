"""Jobs in, outcomes out, in the same order: the seam at which work is spread."""

from __future__ import annotations

import itertools
import queue
import threading
from collections import deque
from typing import TYPE_CHECKING, TypeAlias

from autotransform.engine.values import Failed
from autotransform.errors import Aborted, AutoTransformError
from autotransform.run import launcher
from autotransform.run.crew import Batch, Closed, Crew, wanted
from autotransform.run.performer import LOST, Performer

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator

    from autotransform.engine.values import Job, Outcome
    from autotransform.run.isolation import Layer
    from autotransform.run.values import Limits
    from autotransform.script import Script

#: How many batches are read ahead for each worker.
_WINDOW = 8

#: When so many files in a row, from the first on, cost their worker, the rest is not tried.
_HOPELESS = 5

#: Of the launcher from which the processes come in which something is done once more, to see whether it wavers.
OTHER_SEED = 1

#: Files and bytes after which a batch is full: those of the first batches, and how often they double, after so many
#: batches each. Few files are spread over all workers, and many share the cost of a child.
_FIRST_FILES, _FIRST_BYTES = 8, 16 << 10
_DOUBLINGS, _BETWEEN_DOUBLINGS = 4, 4

_Outcomes: TypeAlias = "queue.SimpleQueue[Outcome | BaseException | None]"


def get_ready(limits: Limits, *, seed: int = 0, layers: frozenset[Layer] | None = None) -> None:
    """Start what the next `map_jobs` with the same settings needs, unless it is there already, and do not wait for it.

    Raises:
        AutoTransformError: The system starts no process.
    """
    launcher.get_ready(layers=wanted(layers), memory=limits.memory, seed=seed)


def map_jobs(
    script: Script,
    jobs: Iterable[Job],
    *,
    arguments: tuple[tuple[str, str], ...] = (),
    limits: Limits,
    seed: int = 0,
    layers: frozenset[Layer] | None = None,
    is_alone: bool = False,
) -> Generator[Outcome, None, None]:
    """Run a script on each job, in fenced processes.

    Gives the outcomes in the order of the jobs, the same for any number of workers. Jobs are read as they are needed,
    some ahead, and in the caller's thread. No process is started before there is a job, and none with the script in it
    is left when the iterator is exhausted, closed or raises.

    Jobs that follow each other share a process where the script can carry nothing from one to the next; which ones
    they are depends on the jobs alone.

    Args:
        script: What to run.
        jobs: What to run it on.
        arguments: Of the script's own ``add_args``.
        limits: For the workers.
        seed: Of the workers' hashes; whatever it is, the outcomes of a sound script are the same.
        layers: With which the processes are fenced; ``None``: all that there are, ``python`` for what a model wrote.
        is_alone: Give each job a process of its own, whatever the script.

    Raises:
        ScriptError: A model wrote the script, and it does not pass the static check.
        UntrustedError: The kernel does not fence the script in, and nobody approved it.
        AutoTransformError: Workers cannot be started.
        Aborted: Somebody asked for the end (`Limits.stop`).
    """
    crew = Crew(arguments=arguments, limits=limits, seed=seed, layers=layers)
    pool = _Pool(crew, workers=limits.workers)
    if limits.stop is not None:
        limits.stop.attach(pool.stop)
    left = iter(jobs)
    groups = _grouped(left, on_first=crew.start)
    batches = (Batch(script=script, jobs=group, is_together=False if is_alone else None) for group in groups)
    try:
        yield from _while_there_is_hope(pool, batches, left)
    finally:
        pool.close()


def _grouped(jobs: Iterator[Job], *, on_first: Callable[[], None]) -> Iterator[tuple[Job, ...]]:
    """Put jobs that follow each other together, by their number and their bytes alone."""
    group: list[Job] = []
    size = done = 0
    for job in jobs:
        if not group and not done:
            on_first()
        group.append(job)
        size += len(job.content)
        doublings = min(done // _BETWEEN_DOUBLINGS, _DOUBLINGS)
        if len(group) >= _FIRST_FILES << doublings or size >= _FIRST_BYTES << doublings:
            yield tuple(group)
            group, size, done = [], 0, done + 1
    if group:
        yield tuple(group)


def _while_there_is_hope(pool: _Pool, batches: Iterator[Batch], jobs: Iterator[Job]) -> Iterator[Outcome]:
    """Give the outcome of each job; once every one of the first few is lost, the rest is not tried."""
    outcomes = (outcome for outcome in pool.map(batches) if outcome is not None)
    for lost, outcome in enumerate(outcomes, start=1):
        yield outcome
        if not (isinstance(outcome, Failed) and outcome.reason in LOST):
            break
        if lost == _HOPELESS:
            detail = f"not tried, because the first {_HOPELESS} files were lost: {outcome.detail}"
            for job in itertools.chain(pool.close(), jobs):
                yield Failed(path=job.context.path, reason=outcome.reason, detail=detail)
            return
    yield from outcomes


def map_batches(
    batches: Iterable[Batch],
    *,
    arguments: tuple[tuple[str, str], ...] = (),
    limits: Limits,
    seed: int = 0,
    layers: frozenset[Layer] | None = None,
) -> Generator[tuple[Outcome, ...], None, None]:
    """Run batches, with the processes for all scripts forked from one launcher.

    Gives the outcomes of each batch, in the order of the batches: of all its jobs, or of those up to the one that was
    enough. Otherwise as `map_jobs`, except that it never gives up.

    Raises:
        ScriptError: A model wrote one of the scripts, and it does not pass the static check.
        UntrustedError: The kernel does not fence a script in, and nobody approved it.
        AutoTransformError: Workers cannot be started.
    """
    crew = Crew(arguments=arguments, limits=limits, seed=seed, layers=layers)
    pool = _Pool(crew, workers=limits.workers)
    done: list[Outcome] = []
    try:
        for outcome in pool.map(batches):
            if outcome is not None:
                done.append(outcome)
                continue
            yield tuple(done)
            done.clear()
    finally:
        pool.close()


class _Task:
    """A batch, and what has become of it so far."""

    def __init__(self, batch: Batch) -> None:
        self._batch = batch
        self._outcomes: _Outcomes = queue.SimpleQueue()
        self._seen = 0

    def do(self, performer: Performer) -> None:
        """Do the batch, and tell whatever comes of it; the caller's thread raises what is raised."""
        try:
            for outcome in performer.perform(self._batch):
                self._outcomes.put(outcome)
            self._outcomes.put(None)
        except Closed:
            raise
        except BaseException as error:
            self._outcomes.put(error)
            raise

    def give_up(self) -> None:
        """Let whoever waits for an outcome wait no longer."""
        self._outcomes.put(_stopped())

    @property
    def has_news(self) -> bool:
        """Whether nothing need be waited for."""
        return not self._outcomes.empty()

    def next(self) -> Outcome | None:
        """Wait for the next outcome; `None`: there are no more."""
        outcome = self._outcomes.get()
        if isinstance(outcome, BaseException):
            raise outcome
        self._seen += 1
        return outcome

    @property
    def left(self) -> tuple[Job, ...]:
        """The jobs of which nobody has seen the outcome."""
        return self._batch.jobs[self._seen :]


class _Pool:
    """Threads that do batches; no more than there may be workers."""

    def __init__(self, crew: Crew, *, workers: int) -> None:
        self._crew = crew
        self._workers = workers
        self._tasks: queue.SimpleQueue[_Task | None] = queue.SimpleQueue()
        self._pending: deque[_Task] = deque()
        self._threads: list[threading.Thread] = []
        self._is_stopped = False

    def map(self, batches: Iterable[Batch]) -> Iterator[Outcome | None]:
        """Give the outcomes of each batch, in order, and `None` at the end of each."""
        for batch in batches:
            self._submit(batch)
            while len(self._pending) > _WINDOW * self._workers or (self._pending and self._pending[0].has_news):
                yield self._next()
        while self._pending:
            yield self._next()

    def stop(self) -> None:
        """End every child, and let `map` raise `Aborted`; called by another thread."""
        self._is_stopped = True
        self._crew.stop()
        for task in [*self._pending]:
            task.give_up()

    def close(self) -> tuple[Job, ...]:
        """Kill every process and end every thread; give the jobs whose outcomes nobody has seen."""
        if self._pending and not self._is_stopped:
            self._crew.kill()
        for _ in self._threads:
            self._tasks.put(None)
        for thread in self._threads:
            thread.join()
        self._crew.bury()
        left = tuple(job for task in self._pending for job in task.left)
        self._pending.clear()
        return left

    def _next(self) -> Outcome | None:
        outcome = self._pending[0].next()
        if outcome is None:
            self._pending.popleft()
        return outcome

    def _submit(self, batch: Batch) -> None:
        self._crew.start()
        task = _Task(batch)
        self._pending.append(task)
        if self._is_stopped:  # after the task is to be seen: either this sees the end, or the end sees the task
            raise _stopped()
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
        performer = Performer(self._crew)
        try:
            while (task := self._tasks.get()) is not None:
                task.do(performer)
        except BaseException:  # noqa: BLE001, S110 - who waits for the task has it
            pass
        finally:
            performer.close()


def _stopped() -> Aborted:
    return Aborted("The run was ended before it was done.")
