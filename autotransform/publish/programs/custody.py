"""What a program leaves running is ended with it, whatever session or group it went to.

A program that somebody named may start others that outlive it and wait, for a token that git is handed later, say. On
Linux a process can ask to be given every orphan among its descendants ("child subreaper"). Nobody below it can refuse:
so they all become children of ours, and are ended until there are none.

How they are told apart from what we start ourselves: when the first program starts, our children are noted, each with
the time when it started, for its number may be somebody else's later. While programs run, we start nothing else: no
git, no workers. So a child that was not there before and is none of these programs is one that they left.

What is not reached: what another service starts for them (a scheduler, a container engine), what runs as another user,
which only an administrator could have started, and, elsewhere than on Linux, whoever leaves the group of the program.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import signal
import sys
import threading
import time
from typing import TYPE_CHECKING

from autotransform.errors import UsageError

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable

_PR_SET_CHILD_SUBREAPER, _PR_GET_CHILD_SUBREAPER = 36, 37
#: Of the fields of ``/proc/PID/stat`` after the name, when the process started.
_STARTED = 19
#: Seconds that those who are left may take to end, and between two looks at them.
_PATIENCE, _LOOK = 10.0, 0.001


class Custody:
    """The programs that run now, in several threads perhaps, and whatever they leave behind."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._running: set[int] = set()
        #: Children of ours that are none of theirs.
        self._known: frozenset[tuple[int, str]] = frozenset()
        #: What did not end when it should have.
        self._left: frozenset[tuple[int, str]] = frozenset()
        self._was_reaper = False

    def start(self, begin: Callable[[], subprocess.Popen[bytes]]) -> subprocess.Popen[bytes]:
        """Start a program in a session of its own; whoever calls this must call `end`."""
        # One at a time, so that none stands among our children and not among those that run.
        with self._lock:
            if not self._running:
                self._known = _find_children() - self._left
                self._was_reaper = _become_reaper(is_wanted=True)
            try:
                process = begin()
                self._running.add(process.pid)
            finally:
                if not self._running:
                    _become_reaper(is_wanted=self._was_reaper)
            return process

    def end(self, process: subprocess.Popen[bytes]) -> None:
        """End a program with its group and take its status; with the last that runs, end all that they left.

        Raises:
            UsageError: Something that they left does not end.
        """
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        with self._lock:
            self._running.discard(process.pid)
            # As long as another runs, what is an orphan may be of use to it.
            if self._running:
                return
            try:
                self._left = _end_children(but=self._known)
            finally:
                _become_reaper(is_wanted=self._was_reaper)
            if self._left:
                raise UsageError(
                    "The command left something running that does not end.",
                    hint="Name one that ends what it starts. Nothing goes on as long as that could read along.",
                )


def _end_children(*, but: frozenset[tuple[int, str]]) -> frozenset[tuple[int, str]]:
    """End our children until there are none but these; those of a child that ends are ours from then on.

    Returns:
        What does not end.
    """
    spared, deadline = set(but), time.monotonic() + _PATIENCE
    while left := _find_children() - spared:
        for child in sorted(left):
            try:
                os.kill(child[0], signal.SIGKILL)
            except PermissionError:
                spared.add(child)
            except ProcessLookupError:
                continue
        taken = [_take_status(number) for number, _ in sorted(left)]
        if not any(taken):
            time.sleep(_LOOK)
        if time.monotonic() > deadline:
            break
    return left


def _take_status(number: int) -> bool:
    try:
        return os.waitpid(number, os.WNOHANG)[0] != 0
    except ChildProcessError:  # SIGCHLD is ignored, and it is gone
        return True


def _find_children() -> frozenset[tuple[int, str]]:
    """Find the processes that are our children: the number of each, and when it started; none where nobody tells."""
    found = set()
    with contextlib.suppress(OSError):
        for thread in os.listdir("/proc/self/task"):  # noqa: PTH208 - no paths are needed
            for number in _read(f"/proc/self/task/{thread}/children").split():
                fields = _read(f"/proc/{number}/stat").rpartition(")")[2].split()
                if len(fields) > _STARTED:
                    found.add((int(number), fields[_STARTED]))
    return frozenset(found)


def _read(path: str) -> str:
    try:
        with open(path, encoding="utf-8", errors="replace") as file:  # noqa: PTH123 - many, and quick
            return file.read()
    except OSError:  # it has ended
        return ""


def _become_reaper(*, is_wanted: bool) -> bool:
    """Say whether orphans are to become children of ours; gives whether they did before."""
    if sys.platform != "linux":
        return False
    before, library = ctypes.c_int(), ctypes.CDLL(None)
    library.prctl(_PR_GET_CHILD_SUBREAPER, ctypes.byref(before), 0, 0, 0)
    library.prctl(_PR_SET_CHILD_SUBREAPER, int(is_wanted), 0, 0, 0)
    return bool(before.value)
