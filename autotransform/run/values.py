"""What a run is given, besides the script and the files, and what it tells while it goes."""

from __future__ import annotations

import os
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from autotransform.script import Script


def nobody(_: Script) -> bool:
    """Trust no script."""
    return False


class Stop:
    """A way to end a run from another thread; it raises `Aborted` then, and every process with the script is gone."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ends: list[Callable[[], None]] = []
        self._is_asked = False

    @property
    def is_asked(self) -> bool:
        """Whether somebody asked for the end."""
        return self._is_asked

    def ask(self) -> None:
        """Have it end at once; from any thread, and more than once."""
        with self._lock:
            self._is_asked = True
            ends, self._ends = self._ends, []
        for end in ends:
            end()

    def attach(self, end: Callable[[], None]) -> None:
        """Have something called when the end is asked for; at once where it was."""
        with self._lock:
            if not self._is_asked:
                self._ends.append(end)
                return
        end()


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What the workers may take."""

    #: How many workers at the most; 0: one for each core that this process may use.
    jobs: int = 0
    #: Seconds that one file may take.
    timeout: float = 60.0
    #: Megabytes that one worker may use.
    memory: int = 2048
    #: Whether a script may run where the kernel does not fence it in; see `trust`.
    is_trusted: Callable[[Script], bool] = nobody
    #: How somebody else can end it; `None`: nobody can.
    stop: Stop | None = None

    @property
    def workers(self) -> int:
        """How many workers may run at once."""
        return self.jobs or _usable_cores()


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a run has come."""

    #: Files of the selection.
    selected: int
    #: Files that the text gate has kept from being parsed so far.
    gated: int
    #: Files that have passed the gate so far.
    candidates: int
    #: Files that passed the gate and whose outcome is known.
    done: int

    @property
    def finished(self) -> int:
        """How many of the selected files need no more work."""
        return self.gated + self.done


def _usable_cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1
