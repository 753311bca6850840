"""Runs of a command of the project, in one temporary working tree, one after the other."""

from __future__ import annotations

import contextlib
import os
import re
import shlex
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from autotransform.errors import NeedsAttention, UsageError
from autotransform.publish.gate.bisection import Exhausted
from autotransform.publish.programs.commands import find_withheld, run_command

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from autotransform.publish.programs.commands import Finished
    from autotransform.repository import Repository
    from autotransform.repository.worktrees import Worktree

#: With the change, a run may take so many times as long as without, and so many seconds in any case.
_SLOWER, _AT_LEAST = 10.0, 60.0

_LARGEST_OUTPUT = 64 << 20
#: How much of it is told: the end.
_LINES, _CHARACTERS = 40, 4000
_ESCAPE = re.compile(r"\x1b\[[0-9;?]*[A-Za-z]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """What all runs together may take."""

    seconds: float = 1800.0
    runs: int = 60


@dataclass(kw_only=True, slots=True)
class Trials:
    """Runs of the command in one working tree, one after the other."""

    repository: Repository
    worktree: Worktree
    base: str
    after: Mapping[str, bytes]
    also: Mapping[str, bytes]
    words: Sequence[str]
    environment: Mapping[str, str]
    budget: Budget
    on_run: Callable[[str], None]
    runs: int = 0
    #: When the time is up, on the clock that only goes forward.
    deadline: float = 0.0
    is_flaky: bool = False
    #: Whether the tests fail with nothing changed, for what goes with the change.
    is_hopeless: bool = False
    #: Seconds that one run with a change may take.
    patience: float = _AT_LEAST
    #: Of each set of files that failed, what was printed at the end.
    outputs: dict[frozenset[str], str] = field(default_factory=dict)

    def require_baseline(self, command: str) -> None:
        """Make sure that the command passes before any change; it may fail once.

        Raises:
            NeedsAttention: It does not.
            UsageError: It does not end.
        """
        self.deadline = time.monotonic() + self.budget.seconds
        answer = self._run_baseline()
        if not answer.passed:
            self.is_flaky = True
            answer = self._run_baseline()
        if answer.passed:
            return
        withheld = ", ".join(find_withheld()[:20])
        raise NeedsAttention(
            f"The command fails on {self.base[:10]} before any change, so it cannot tell what the change does:"
            f" {shlex.quote(command)} ended with status {answer.status}.",
            details=tuple(self._told(answer).splitlines()),
            hint="Mend that first, or leave out --verify. It ran on what is committed, without files that git ignores"
            + (f", and without {withheld}." if withheld else "."),
        )

    def _run_baseline(self) -> Finished:
        started = time.monotonic()
        answer = self._run(self.base, seconds=self.deadline - started)
        self.on_run(f"before the change: {'passes' if answer.passed else 'fails'}")
        if answer.status is None:
            raise UsageError(
                f"The command has no end: {answer.reason}, and all runs together have {self.budget.seconds:g} s.",
                details=tuple(self._told(answer).splitlines()),
                hint="Name a quicker one, or give it more time with --verify-timeout.",
            )
        self.patience = max(_AT_LEAST, _SLOWER * (time.monotonic() - started))
        return answer

    def passes(self, paths: frozenset[str]) -> bool:
        """Try some of the changed files together.

        Raises:
            Exhausted: There is no time left, or there were too many runs.
        """
        files = dict(self.also) | {path: self.after[path] for path in sorted(paths)}
        tree = self.repository.write_tree(self.base, files=files)
        # Tests that do not always say the same are asked twice.
        told = ""
        for _ in range(2 if self.is_flaky else 1):
            left = self.deadline - time.monotonic()
            if left <= 0 or self.runs >= self.budget.runs:
                raise Exhausted
            answer = self._run(tree, seconds=min(left, self.patience))
            if answer.status is None and time.monotonic() >= self.deadline:
                raise Exhausted
            count = "1 file" if len(paths) == 1 else f"{len(paths)} files"
            self.on_run(f"with {count} changed: {'passes' if answer.passed else 'fails'}")
            if answer.passed:
                return True
            told = self._told(answer)
        self.outputs[paths] = told
        return False

    def try_without_change(self) -> None:
        """Find out whether it is what goes with the change that does the harm."""
        with contextlib.suppress(Exhausted):
            self.is_hopeless = bool(self.also and self.after) and not self.passes(frozenset())

    def _run(self, tree: str, *, seconds: float) -> Finished:
        self.worktree.show(tree)
        self.runs += 1
        return run_command(
            self.words,
            folder=self.worktree.path,
            environment=self.environment,
            seconds=seconds,
            largest=_LARGEST_OUTPUT,
            is_merged=True,
        )

    def _told(self, answer: Finished) -> str:
        """Give the end of what was printed, without what only this machine knows and what is no text."""
        text = answer.output.decode(errors="replace").replace(os.fspath(self.worktree.path), ".")
        lines = [_printable(line) for line in _ESCAPE.sub("", text).splitlines()]
        kept = [line for line in lines if line.strip()][-_LINES:] + ([answer.reason] if answer.reason else [])
        return "\n".join(kept)[-_CHARACTERS:]


def _printable(line: str) -> str:
    return "".join(letter if letter.isprintable() else " " for letter in line).rstrip()
