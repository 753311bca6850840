"""A child in which no script ever runs: it checks scripts, and looks at what is said to have come of files.

It is kept for many files. What it says is believed.
"""

from __future__ import annotations

import time
from dataclasses import replace
from typing import TYPE_CHECKING

from autotransform.engine.values import Changed, Failed
from autotransform.errors import AutoTransformError, ScriptError
from autotransform.run.child import WorkerGone
from autotransform.run.crew import NeverHad, needs_codecs
from autotransform.run.wire import (
    Checked,
    ProtocolError,
    job_frame,
    outcome_frame,
    read_check,
    read_outcome,
    reply_limit,
    script_frame,
)

if TYPE_CHECKING:
    from autotransform.engine.values import Job, Outcome
    from autotransform.run.child import Worker
    from autotransform.run.crew import Crew
    from autotransform.run.wire import Frame
    from autotransform.script import Script

#: What one child looks at before there is another: Python gives little memory back.
_MOST_FILES, _MOST_BYTES = 256, 4 << 20

#: How often something is begun that lost its child through no fault of the script.
ATTEMPTS = 5

_LONGEST_CHECK = 16 << 20


class Auditor:
    """Has things looked at by a child that is forked when it is first needed; used by one thread."""

    def __init__(self, crew: Crew) -> None:
        self._crew = crew
        self._worker: Worker | None = None
        self._files = self._bytes = 0
        self._has_all_codecs = False

    def close(self) -> None:
        """End the child."""
        if self._worker is not None:
            self._crew.dismiss(self._worker)
        self._worker = None

    def check(self, script: Script) -> Checked:
        """Have the static check look at a script, once for all threads.

        Raises:
            ScriptError: The script cannot be looked at.
            AutoTransformError: No child can be had.
        """
        known = self._crew.checked.get(script.source)
        if known is None:
            try:
                answer = self._ask(script, script_frame(script, arguments=()), limit=_LONGEST_CHECK)
            except (WorkerGone, TimeoutError, ProtocolError) as error:
                raise ScriptError(f"The static check cannot read {script.name!r}: it is too much for it.") from error
            known = self._crew.checked[script.source] = read_check(answer)
        return known

    def audit(self, job: Job, changed: Changed, *, script: Script) -> Outcome:
        """Have what is said to have come of a job looked at.

        Raises:
            Closed: In the middle of it everything was ended.
            AutoTransformError: No child can be had.
        """
        if needs_codecs(job) and not self._has_all_codecs:
            self.close()
            self._has_all_codecs = True
        self._files += 1
        self._bytes += len(job.content) + len(changed.after)
        try:
            # Of sites and words, of which there may be thousands, the two texts tell nothing.
            bare = replace(changed, sites=(), words=())
            answer = self._ask(script, job_frame(job, number=1), outcome_frame(bare, number=1), limit=reply_limit(job))
            found = read_outcome(answer, job=job, number=1)
            return replace(found, sites=changed.sites, words=changed.words) if isinstance(found, Changed) else found
        except WorkerGone as error:
            detail = f"what came out cannot be looked at: {error}"
        except (TimeoutError, ProtocolError):
            detail = "what came out cannot be looked at: it takes too long"
        finally:
            if self._files >= _MOST_FILES or self._bytes >= _MOST_BYTES:
                self.close()
        return Failed(path=job.context.path, reason="protocol", detail=detail)

    def _ask(self, script: Script, *frames: Frame, limit: int) -> Frame:
        """Give the answer to a question.

        Raises:
            WorkerGone: A child that was asked nothing else died of it; with how it ended.
            TimeoutError: It takes too long.
            ProtocolError: The answer is none.
        """
        is_refused = False
        for attempt in range(ATTEMPTS):
            try:
                return self._ask_once(script, *frames, limit=limit)
            except NeverHad as error:
                is_refused = error.is_refused
                time.sleep(0.1 * attempt)
        raise no_process() if is_refused else WorkerGone("its launcher is gone each time")

    def _ask_once(self, script: Script, *frames: Frame, limit: int) -> Frame:
        is_new = self._worker is None
        if self._worker is None:
            self._files = self._bytes = 0
            self._worker = self._crew.hire_without_script(
                script, files=_MOST_FILES, needs_all_codecs=self._has_all_codecs
            )
        try:
            self._worker.post(*frames)
            return self._worker.receive(limit=limit, seconds=self._crew.limits.timeout)
        except WorkerGone as error:
            worker = self._worker
            try:
                end = self._crew.autopsy(worker)
            finally:
                self.close()
            if not is_new:  # what it was asked before may have been too much for it
                raise NeverHad(is_refused=False) from error
            raise WorkerGone(end) from error
        except (TimeoutError, ProtocolError):
            self.close()
            raise


def no_process() -> AutoTransformError:
    """Give the error for a system that has no process left."""
    return AutoTransformError(
        "The system starts no more processes: there are too many, or too little memory is left.",
        hint="Try again with --jobs 1.",
    )
