"""What a run does, told while it goes: files and shapes as they are known, and in the end the whole document."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from autotransform.engine import Changed, Run
from autotransform.review import FileChange
from autotransform.review.document import describe_review
from autotransform.review.reasons.why import explain
from autotransform.review.text import portable_text
from autotransform.studio.choices import mark_accepted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from autotransform.engine import Outcome
    from autotransform.publish.decisions.answers import Answers
    from autotransform.review.reasons.why import Explanation
    from autotransform.run import Progress
    from autotransform.script import Script
    from autotransform.studio.kept import KeptSelection
    from autotransform.studio.values import Json

#: The first change is shown at once; then, when there are so many times as many. What is found is grouped anew each
#: time, so all together costs a third more than once.
_GROWTH = 4
#: Seconds between two lines that say how far it is, and after which what is known is shown in any case.
_PAUSE, _LONGEST_PAUSE = 0.1, 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A run, and what can be asked about it."""

    run: Run
    #: By path as JSON has it, in path order.
    changes: dict[str, FileChange]
    explanation: Explanation
    #: Whether it went over every file of the selection.
    is_whole: bool


class Narrator:
    """Tells of one run.

    Args:
        script: What runs.
        selection: On what.
        path: Of the script, as it is shown.
        answers: What was refused and accepted.
        tell: Is handed each event.
    """

    def __init__(
        self,
        script: Script,
        selection: KeptSelection,
        *,
        path: str,
        answers: Answers,
        tell: Callable[[Json], None],
    ) -> None:
        self._script = script
        self._selection = selection
        self._path = path
        self._answers = answers
        self._tell = tell
        self._outcomes: dict[str, Outcome] = {}
        self._told: set[str] = set()
        self._changed = self._wanted = 0
        self._last_progress = self._last_shapes = 0.0
        self._files = {file.path: file for file in selection.files}

    def start(self) -> None:
        """Tell that it begins."""
        self._last_shapes = time.monotonic()
        self._tell({"event": "start", "selected": len(self._selection.files)})

    def note_progress(self, progress: Progress) -> None:
        """Take in how far it is."""
        now = time.monotonic()
        if now - self._last_progress >= _PAUSE:
            self._last_progress = now
            self._tell({"event": "progress", **_counted(progress)})

    def note_outcome(self, outcome: Outcome) -> None:
        """Take in what became of one file; it may be told twice."""
        self._changed += isinstance(outcome, Changed) and outcome.path not in self._outcomes
        self._outcomes[outcome.path] = outcome
        is_late = time.monotonic() - self._last_shapes > _LONGEST_PAUSE
        if self._changed > self._wanted or is_late:
            self._wanted = max(self._wanted, _GROWTH * self._changed - 1)
            self._show()

    def conclude(self, run: Run, *, is_whole: bool) -> Seen:
        """Put together what is known at the end."""
        changes = self._changes(run)
        return Seen(
            run=run,
            changes={portable_text(change.path): change for change in changes},
            explanation=explain(run, changes),
            is_whole=is_whole,
        )

    def tell_end(self, seen: Seen) -> None:
        """Tell the rest; who hears of the end may ask about what was seen."""
        document = self._describe(seen)
        self._tell_files(document["files"])
        self._tell({"event": "shapes", "shapes": document["shapes"], "partial": False})
        self._tell({"event": "done", "review": document})

    def _show(self) -> None:
        ordered = sorted(self._outcomes.values(), key=lambda outcome: os.fsencode(outcome.path))
        so_far = Run(
            script=self._script,
            base=self._selection.base,
            selected=len(self._selection.files),
            gated=0,
            outcomes=tuple(ordered),
        )
        changes = self._changes(so_far)
        seen = Seen(run=so_far, changes={}, explanation=explain(so_far, changes), is_whole=False)
        document = self._describe(seen, changes)
        self._tell_files(document["files"])
        self._tell({"event": "shapes", "shapes": document["shapes"], "partial": True})
        self._last_shapes = time.monotonic()

    def _tell_files(self, files: Iterable[Json]) -> None:
        for file in files:
            if file["path"] not in self._told:
                self._told.add(file["path"])
                self._tell({"event": "file", "file": file})

    def _describe(self, seen: Seen, changes: tuple[FileChange, ...] | None = None) -> Json:
        document = describe_review(
            seen.explanation,
            seen.run,
            tuple(seen.changes.values()) if changes is None else changes,
            script_path=self._path,
            decisions=self._answers.refused,
        )
        mark_accepted(document["shapes"], document["files"], accepted=self._answers.accepted)
        return document

    def _changes(self, run: Run) -> tuple[FileChange, ...]:
        changed = run.changed
        befores = self._selection.read_these(self._files[outcome.path] for outcome in changed)
        return tuple(
            FileChange(path=outcome.path, before=before, after=outcome.after, mode=self._files[outcome.path].mode)
            for outcome, before in zip(changed, befores, strict=True)
        )


def _counted(progress: Progress) -> Json:
    return {
        "selected": progress.selected,
        "gated": progress.gated,
        "candidates": progress.candidates,
        "done": progress.done,
    }
