"""What the system itself keeps a process from taking."""

from __future__ import annotations

import os
import resource
import signal


def limit(*, seconds: float, memory: int) -> None:
    """Limit this process, for ever.

    Args:
        seconds: Of the clock, and of the processor.
        memory: In megabytes, with everything that is loaded already.

    Raises:
        OSError: A limit does not hold.
    """
    whole = int(seconds) + 1
    cap(resource.RLIMIT_AS, memory << 20)
    cap(resource.RLIMIT_CPU, whole)
    # No file can grow, no process or thread be started, no descriptor made: the one that is open goes on working.
    for kind in (resource.RLIMIT_CORE, resource.RLIMIT_FSIZE, resource.RLIMIT_NPROC, resource.RLIMIT_NOFILE):
        cap(kind, 0)
    # At its default the signal ends the process, and Python is not asked.
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.setitimer(signal.ITIMER_REAL, whole)
    _prove()


def cap(kind: int, value: int) -> None:
    """Lower one limit, hard and soft, or leave it where it is lower already."""
    _, hard = resource.getrlimit(kind)
    capped = value if hard == resource.RLIM_INFINITY else min(value, hard)
    try:
        resource.setrlimit(kind, (capped, capped))
    except (OSError, ValueError):
        if kind != resource.RLIMIT_AS:  # macOS has it and does not keep it
            raise


def _prove() -> None:
    try:
        ends = os.pipe()
    except OSError:
        return
    for end in ends:
        os.close(end)
    raise OSError(0, "they are set, and descriptors can still be made")
