"""Look at processes from outside: which there are below another, and what they take."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path
from typing import Self

#: Seconds between two looks.
_EVERY = 0.02

#: Seconds that a process which was told to end may take for it.
_ENDING = 0.4

_PAGE = os.sysconf("SC_PAGE_SIZE")


def descendants(pid: int) -> list[int]:
    """Give every process below one that has not ended, however far; none when it is gone."""
    children: dict[int, list[int]] = {}
    for entry in os.scandir("/proc"):
        if entry.name.isdecimal():
            try:
                fields = Path(entry.path, "stat").read_text(errors="replace").rpartition(")")[2].split()
            except OSError:
                continue
            if fields[0] not in "ZX":
                children.setdefault(int(fields[1]), []).append(int(entry.name))
    found: list[int] = []
    left = [pid]
    while left:
        below = children.get(left.pop(), [])
        found += below
        left += below
    return found


def calm(pid: int) -> frozenset[int]:
    """Wait until the processes below one are the same for a while; give them."""
    before = None
    while (found := frozenset(descendants(pid))) != before:
        before = found
        time.sleep(0.1)
    return found


def settle(pid: int, *, calm: frozenset[int]) -> list[int]:
    """Wait until there are no more processes below one than while it is calm; give those that are new."""
    deadline = time.monotonic() + _ENDING
    while len(found := descendants(pid)) > len(calm):
        if time.monotonic() > deadline:
            return [each for each in found if each not in calm]
        time.sleep(0.01)
    return []


class Watch:
    """Keeps in mind the most memory and the most processes below another; to be used in a ``with`` statement."""

    def __init__(self, pid: int, *, is_close: bool) -> None:
        self._pid = pid
        self._is_close = is_close
        self._ends = threading.Event()
        self._thread = threading.Thread(target=self._watch)
        #: Memory of their own, all together.
        self.megabytes = 0.0
        self.processes = 0

    def __enter__(self) -> Self:
        if self._is_close:
            self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._is_close:
            self._ends.set()
            self._thread.join()

    def _watch(self) -> None:
        while not self._ends.wait(_EVERY):
            below = descendants(self._pid)
            self.processes = max(self.processes, len(below))
            self.megabytes = max(self.megabytes, sum(map(_own_megabytes, below)))


def _own_megabytes(pid: int) -> float:
    try:
        _, resident, shared, *_ = Path("/proc", str(pid), "statm").read_text().split()
    except OSError:
        return 0.0
    return (int(resident) - int(shared)) * _PAGE / (1 << 20)
