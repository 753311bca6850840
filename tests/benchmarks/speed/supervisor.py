"""Run a command and write down what its tree of processes cost: ``python supervisor.py RESULT SECONDS -- COMMAND``.

It stands alone: it is started for each measurement, so that nothing but the command is below it. What the kernel
adds up for waited-for children misses a process that nobody waited for. So this process is the reaper of the whole
tree, and, beside it, each process that is seen in ``/proc`` is remembered with its own time; of the two sums, both
of which can only be too small, the larger one counts.
"""

from __future__ import annotations

import contextlib
import ctypes
import json
import os
import resource
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass, field
from pathlib import Path

_PROC = Path("/proc")
_SET_CHILD_SUBREAPER = 36
_TICK = os.sysconf("SC_CLK_TCK")
#: Seconds between two looks; the figures of memory are the kernel's own peaks, so what is missed is what is short.
_PAUSE = 0.05
#: A proportional set size makes the kernel walk the page tables; that is for seldom.
_LOOKS_PER_WALK = 8
#: Seconds that are left to what the command has left behind.
_PATIENCE = 5.0


@dataclass
class Seen:
    """What was seen of the tree; kibibytes and seconds."""

    root: int
    times: dict[int, float] = field(default_factory=dict)
    root_peak: int = 0
    worker_peak: int = 0
    tree_peak: int = 0

    def look(self, *, has_to_walk: bool) -> None:
        """Look at every process below this one."""
        total = 0
        for pid in descendants(os.getpid()):
            with contextlib.suppress(OSError, ValueError, IndexError):
                self.times[pid] = read_time(pid)
                peak = read_field(pid, "status", "VmHWM:")
                if pid == self.root:
                    self.root_peak = max(self.root_peak, peak)
                else:
                    self.worker_peak = max(self.worker_peak, peak)
                if has_to_walk:
                    total += read_field(pid, "smaps_rollup", "Pss:")
        self.tree_peak = max(self.tree_peak, total)


def descendants(pid: int) -> list[int]:
    """List the processes below one."""
    found, todo = [], [pid]
    while todo:
        here = todo.pop()
        with contextlib.suppress(OSError):
            for task in (_PROC / str(here) / "task").iterdir():
                todo += [int(word) for word in (task / "children").read_text().split()]
        found.append(here)
    return found[1:]


def read_time(pid: int) -> float:
    """Give the processor seconds of one process, without those of its children."""
    fields = (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICK


def read_field(pid: int, name: str, key: str) -> int:
    """Give a figure of one file about a process, in kibibytes; 0 where there is none."""
    for line in (_PROC / str(pid) / name).read_text().splitlines():
        if line.startswith(key):
            return int(line.split()[1])
    return 0


def watch(seen: Seen, done: threading.Event) -> None:
    """Look again and again until it is over."""
    looks = 0
    while not done.wait(_PAUSE):
        seen.look(has_to_walk=looks % _LOOKS_PER_WALK == 0)
        looks += 1


def reap_the_rest() -> int:
    """Wait for what the command left behind, and end what does not end; gives how many had to be ended."""
    ended: set[int] = set()
    until = time.monotonic() + _PATIENCE
    with contextlib.suppress(ChildProcessError):
        while True:
            pid, _ = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                if time.monotonic() > until:
                    ended.update(end_the_rest())
                time.sleep(0.01)
    return len(ended)


def end_the_rest() -> list[int]:
    """End every process below this one; gives which."""
    left = descendants(os.getpid())
    for pid in left:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    return left


def run(command: list[str], *, seconds: float) -> dict[str, float | int | bool]:
    """Run the command to its end, and give what it cost."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    begin = time.perf_counter()
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL, start_new_session=True)
    seen, done = Seen(root=child.pid), threading.Event()
    watcher = threading.Thread(target=watch, args=(seen, done))
    watcher.start()
    is_late = False
    try:
        child.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        is_late = True
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()
    finally:
        wall = time.perf_counter() - begin
        done.set()
        watcher.join()
    left = reap_the_rest()
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return {
        "status": child.returncode,
        "wall": wall,
        "cpu": max(used.ru_utime + used.ru_stime, sum(seen.times.values())),
        "waited": used.ru_utime + used.ru_stime,
        "root_peak": seen.root_peak,
        "worker_peak": seen.worker_peak,
        "tree_peak": seen.tree_peak,
        "left": left,
        "late": is_late,
    }


def main() -> None:
    """Do what the command line says."""
    result, seconds, _, *command = sys.argv[1:]
    # Whoever interrupts the benchmark interrupts what it has started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        told = run(command, seconds=float(seconds))
    finally:
        end_the_rest()
        reap_the_rest()
    Path(result).write_text(json.dumps(told), encoding="utf-8")


if __name__ == "__main__":
    main()
