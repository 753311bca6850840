"""The page's runs, one at a time: the newest ends the one before it at once, and the launcher stays warm."""

from __future__ import annotations

import threading
from contextlib import closing, contextmanager
from dataclasses import replace
from typing import TYPE_CHECKING

from autotransform.engine.cases import job_of, judge
from autotransform.errors import Aborted, ScriptError
from autotransform.run import Stop, is_candidate, map_jobs, run
from autotransform.run.pool import OTHER_SEED, get_ready
from autotransform.studio.kept import narrow
from autotransform.studio.telling import Narrator, Seen

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from autotransform.engine import CaseResult, Run
    from autotransform.publish.decisions.answers import Answers
    from autotransform.run import Limits, Progress, SourceFile
    from autotransform.script import Case, Script
    from autotransform.studio.kept import KeptSelection
    from autotransform.studio.standing import Standing
    from autotransform.studio.values import Ground, Json

#: Of so many files, one is shown before the others.
_MANY = 20


class Lane:
    """One thing at a time: who comes next ends who is there, and waits until that is gone."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._turn = threading.Lock()
        self._current: Stop | None = None
        self._is_closed = False

    @contextmanager
    def enter(self, stop: Stop) -> Iterator[None]:
        """Have the lane for oneself, until ``stop`` is asked.

        Raises:
            Aborted: Somebody else came before the turn did, or nobody may come any more.
        """
        with self._guard:
            former, self._current = self._current, stop
            is_closed = self._is_closed
        if former is not None:
            former.ask()
        if is_closed:
            stop.ask()
        with self._turn:
            if stop.is_asked:
                raise Aborted("A newer run took the place of this one.")
            yield

    def close(self) -> None:
        """End who is there, and let nobody in who comes later."""
        with self._guard:
            former, self._is_closed = self._current, True
        if former is not None:
            former.ask()


class Runner:
    """Runs scripts on what was read once.

    Args:
        ground: What every run is made with.
        selection: The same files, held in memory.
        standing: Which script may run.
    """

    def __init__(self, ground: Ground, selection: KeptSelection, *, standing: Standing) -> None:
        self._ground = ground
        self._selection = selection
        self._standing = standing
        self._runs, self._cases = Lane(), Lane()
        #: The last one that went to its end; ``None``: none has.
        self.seen: Seen | None = None

    def warm_up(self) -> None:
        """Have the processes made ready from which the workers of runs and of cases are forked."""
        limits = self._ground.limits
        get_ready(limits)
        get_ready(limits, seed=OTHER_SEED)

    def close(self) -> None:
        """End whatever runs, for good; no worker is left once those who wait for it are back."""
        self._runs.close()
        self._cases.close()

    def run(
        self,
        script: Script,
        *,
        paths: Sequence[str] = (),
        answers: Answers,
        stop: Stop,
        tell: Callable[[Json], None] = lambda _: None,
    ) -> Seen:
        """Run a script and tell of it, in the caller's thread.

        Args:
            script: What to run.
            paths: Files and folders to which the selection is narrowed down; none: all of it.
            answers: What was refused and accepted.
            stop: Asked by somebody else to end it.
            tell: Is handed each event.

        Raises:
            Aborted: It was ended.
            UntrustedError: Nothing would hold the script, and nobody approved it.
            ScriptError: It cannot be loaded.
        """
        files = narrow(self._selection, paths) if paths else self._selection.files
        selection = replace(self._selection, files=files)
        narrator = Narrator(
            script, selection, path=self._ground.subject.path, answers=answers, tell=_unless_stopped(tell, stop)
        )
        with self._runs.enter(stop):
            narrator.start()
            done = self._perform(script, selection, narrator=narrator, stop=stop)
            require_loaded(done)
            self.seen = seen = narrator.conclude(done, is_whole=not paths)
            narrator.tell_end(seen)
            return seen

    def run_cases(self, script: Script, cases: Sequence[Case], *, stop: Stop) -> tuple[CaseResult, ...]:
        """Run a script on cases, its own or others; from another launcher than runs, so that neither waits.

        Raises:
            Aborted: Newer ones took their place.
            UntrustedError: Nothing would hold the script, and nobody approved it.
        """
        limits = self._limits(stop)
        with self._cases.enter(stop):
            outcomes = map_jobs(
                script, map(job_of, cases), arguments=self._ground.arguments, limits=limits, seed=OTHER_SEED
            )
            with closing(outcomes):
                return tuple(judge(case, outcome) for case, outcome in zip(cases, outcomes, strict=True))

    def _perform(self, script: Script, selection: KeptSelection, *, narrator: Narrator, stop: Stop) -> Run:
        def move(progress: Progress) -> None:
            if stop.is_asked:
                raise Aborted("A newer run took the place of this one.")
            narrator.note_progress(progress)

        def go(files: KeptSelection, on_progress: Callable[[Progress], None] | None) -> Run:
            return run(
                script,
                files,
                arguments=self._ground.arguments,
                limits=self._limits(stop),
                strict=self._ground.config.strict,
                is_gated=self._ground.is_gated,
                cache=self._ground.open_cache(),
                on_progress=on_progress,
                on_outcome=narrator.note_outcome,
            )

        if first := self._choose_first(script, selection):
            go(replace(selection, files=(first,)), None)
        return go(selection, move)

    def _choose_first(self, script: Script, selection: KeptSelection) -> SourceFile | None:
        """Choose a small file that likely changes, to be shown before the others: those begin with the largest.

        Of a file by itself it need not be found out either whether others may share its process. What comes of it is
        kept, so that it is not done twice; where nothing is kept, it is.
        """
        if len(selection.files) < _MANY or self._ground.config.strict:
            return None
        changed = self.seen.changes if self.seen else {}
        held = ((len(content), file) for file in selection.files if (content := selection.contents.get(file.path)))
        for _, file in sorted(held, key=lambda each: (each[1].path not in changed, each[0])):
            if is_candidate(script.gate, selection.contents[file.path]):
                return file
        return None

    def _limits(self, stop: Stop) -> Limits:
        return replace(self._ground.limits, is_trusted=self._standing, stop=stop)


def require_loaded(done: Run) -> None:
    """Say once, not for each file, that a script cannot be loaded.

    Raises:
        ScriptError: It cannot.
    """
    details = {failed.detail for failed in done.failed if failed.reason == "load"}
    if len(details) == 1 and len(done.failed) == len(done.outcomes):
        raise ScriptError(
            f"The transform {done.script.name!r} cannot be loaded.", details=tuple(details), hint="Mend the script."
        )


def _unless_stopped(tell: Callable[[Json], None], stop: Stop) -> Callable[[Json], None]:
    """Tell nothing of what was ended, and end it there."""

    def told(event: Json) -> None:
        if stop.is_asked:
            raise Aborted("A newer run took the place of this one.")
        tell(event)

    return told
