"""The launcher and its children, for several threads at once: have children forked, count them, end them."""

from __future__ import annotations

import re
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from autotransform.errors import AutoTransformError
from autotransform.run.child import NOT_FORKED, WorkerGone, describe
from autotransform.run.isolation import LAYERS
from autotransform.run.launcher import give_back, take
from autotransform.run.trust import is_fenced, require_trust
from autotransform.run.wire import script_frame

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from autotransform.engine.values import Job, Outcome
    from autotransform.run.child import Worker
    from autotransform.run.isolation import Layer
    from autotransform.run.launcher import Launcher
    from autotransform.run.values import Limits
    from autotransform.run.wire import Checked
    from autotransform.script import Script

#: Seconds that a child may go on after the parent should have ended it.
_GRACE = 5.0


#: What stands in a script that matches nodes, or has LibCST add and remove imports, which matches them.
_MATCHING = re.compile(r"matchers|_import\b|ImportsVisitor|codemod\.commands")

#: Encodings that are loaded in any case, as they are named in files.
_USUAL = frozenset({b"ascii", b"latin-1", b"utf-8", b"utf8", b"us-ascii"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """A script over some files, one after the other."""

    script: Script
    jobs: tuple[Job, ...]
    #: Whether one child does all of them; ``None``: as far as the script can carry nothing from one to the next.
    is_together: bool | None = None
    #: Whether there is no outcome, and no error, where the static check refuses the script.
    may_be_refused: bool = False
    #: Told each outcome, in a thread of its own: whether the jobs that are left need not be done.
    is_enough: Callable[[Job, Outcome], bool] | None = None


class NeverHad(Exception):  # noqa: N818 - the file is not to blame
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
        self.limits = limits
        self._seed = seed
        self._layers = layers
        self._lock = threading.Lock()
        self._launcher: Launcher | None = None
        self._workers: set[Worker] = set()
        self._is_ready = self._is_tainted = False
        self._is_stopped = False
        self.is_closed = False
        #: What was found in each script, by its source; whoever asks for one adds it.
        self.checked: dict[str, Checked] = {}

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
            self.is_closed = True
            workers = [*self._workers]
        if self._launcher is not None:
            self._launcher.kill()
        for worker in workers:
            worker.kill()

    def stop(self) -> None:
        """End every child and leave the launcher, which is well; whoever waits for a child gets `Closed`."""
        with self._lock:
            self.is_closed = self._is_stopped = True
            workers = [*self._workers]
        for worker in workers:
            worker.kill()

    def bury(self) -> None:
        """Give back everything, once no thread uses it any more.

        Every process is dead afterwards, but for a launcher that did all it was asked to, and whose children seccomp
        held if a script ran in them: it may be of use once more.
        """
        if self._launcher is None:
            return
        is_killed = self.is_closed and not self._is_stopped
        if is_killed or self._workers or self._is_tainted or not self._is_ready:
            self._launcher.bury()
        else:
            give_back(self._launcher)

    def is_restricted(self, script: Script) -> bool:
        """Tell whether a script gets few builtins, and its imports are looked at."""
        return script.is_model_written if self._layers is None else "python" in self._layers

    def hire(self, script: Script, jobs: Sequence[Job]) -> Worker:
        """Give a new child that was told the script, for some jobs.

        Raises:
            Closed: Everything was ended.
            UntrustedError: The kernel does not fence the script in, and nobody approved it.
            AutoTransformError: No child can be had.
        """
        worker = self._fork(
            script,
            files=len(jobs),
            is_restricted=self.is_restricted(script),
            needs_all_codecs=any(map(needs_codecs, jobs)),
        )
        worker.post(script_frame(script, arguments=self._arguments))
        return worker

    def hire_without_script(self, script: Script, *, files: int, needs_all_codecs: bool) -> Worker:
        """Give a new child in which no script ever runs, on behalf of one, for so many files; otherwise as `hire`."""
        return self._fork(
            script, files=files, is_restricted=True, is_scriptless=True, needs_all_codecs=needs_all_codecs
        )

    def dismiss(self, worker: Worker) -> None:
        """End a child at once."""
        worker.bury()
        with self._lock:
            self._workers.discard(worker)

    def autopsy(self, worker: Worker) -> str:
        """Say how a child ended that is gone.

        Raises:
            Closed: Everything was ended.
            NeverHad: It never was there, or its launcher is gone as well.
        """
        try:
            status = worker.status()
        except TimeoutError:
            return "it hung up without an answer"
        if self.is_closed:
            raise Closed
        if status is None or status == NOT_FORKED:
            raise NeverHad(is_refused=status is not None)
        return describe(status)

    def _fork(
        self, script: Script, *, files: int, is_restricted: bool, is_scriptless: bool = False, needs_all_codecs: bool
    ) -> Worker:
        seconds = self.limits.timeout * files + _GRACE
        for _ in range(2):
            launcher = self._ready(script, is_scriptless=is_scriptless)
            try:
                worker = launcher.fork(
                    seconds=seconds,
                    is_restricted=is_restricted,
                    is_scriptless=is_scriptless,
                    needs_codecs=needs_all_codecs,
                    needs_matchers=_MATCHING.search(script.source) is not None,
                )
            except WorkerGone as error:
                if self.is_closed:
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
            is_closed = self.is_closed
        if is_closed:
            self.dismiss(worker)
            raise Closed
        return worker

    def _launch(self) -> Launcher:
        return take(layers=wanted(self._layers), memory=self.limits.memory, seed=self._seed)

    def _ready(self, script: Script, *, is_scriptless: bool) -> Launcher:
        """Give the launcher once it has started; a script that is to run there must be allowed to."""
        launcher = self._launcher
        if launcher is None:
            raise Closed
        try:
            report = launcher.report
        except AutoTransformError as error:
            if self.is_closed:
                raise Closed from error
            raise
        self._is_ready = True
        if is_scriptless:
            return launcher
        if not (is_fenced(report) and (self._layers is None or "seccomp" in self._layers)):
            self._is_tainted = True
        if self._layers is None:
            require_trust(script, report=report, is_trusted=self.limits.is_trusted)
        return launcher


def needs_codecs(job: Job) -> bool:
    """Tell whether a file may be in another encoding than the usual ones, which every child knows (PEP 263)."""
    lines = re.split(rb"[\r\n]+", job.content, maxsplit=2)[:2]
    return any(name.lower() not in _USUAL for line in lines for name in re.findall(rb"coding[:=]\s*([-\w.]+)", line))


def wanted(layers: frozenset[Layer] | None) -> tuple[Layer, ...]:
    """Give the layers that are asked for, in their order; ``None``: all that there are."""
    return tuple(layer for layer in LAYERS if layers is None or layer in layers)
