"""The worker: a process of its own in which a script meets files. ``python -m autotransform.run.worker``.

It is told scripts and jobs over its standard input, which is a socket, and answers each job with one frame; a job is
for the script that it was told last. What the script prints goes nowhere.
"""

from __future__ import annotations

import os
import queue
import socket
import sys
import threading
from typing import TYPE_CHECKING, Any, NoReturn

from autotransform.engine import transform
from autotransform.engine.values import Failed
from autotransform.errors import ScriptError
from autotransform.run.launcher import OUT_OF_MEMORY
from autotransform.run.wire import Frame, outcome_frame, pack, read_frame, read_job, reply_limit
from autotransform.script import parse

if TYPE_CHECKING:
    from collections.abc import Callable

    from autotransform.engine.values import Job, Outcome
    from autotransform.script import Script

#: Bytes of stack for the thread that works: LibCST's parser recurses in native code, and so do its visitors before the
#: engine's recursion limit is reached. Only what is touched is used.
STACK = 512 << 20


def main() -> NoReturn:
    """Serve the parent until it hangs up."""
    connection = _take_connection()
    inbox: queue.SimpleQueue[Frame] = queue.SimpleQueue()
    threading.stack_size(STACK)
    threading.Thread(target=_guarded, args=(connection, inbox), daemon=True).start()
    try:
        while True:
            inbox.put(read_frame(_reader(connection)))
    except (EOFError, OSError):
        # This thread notices that the parent is gone even while a script is in an endless loop in the other.
        os._exit(0)


def _take_connection() -> socket.socket:
    """Move the connection from standard input, which scripts may touch, to a descriptor that nobody else knows."""
    connection = socket.socket(fileno=os.dup(0))
    _point_to_nowhere(0)
    return connection


def _point_to_nowhere(descriptor: int) -> None:
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, descriptor)
    os.close(nowhere)


def _guarded(connection: socket.socket, inbox: queue.SimpleQueue[Frame]) -> None:
    try:
        _serve(connection, inbox)
    except MemoryError:
        os._exit(OUT_OF_MEMORY)
    except OSError:  # the parent has hung up
        os._exit(0)
    except BaseException:  # noqa: BLE001 - the process ends here
        sys.excepthook(*sys.exc_info())
        os._exit(70)


def _serve(connection: socket.socket, inbox: queue.SimpleQueue[Frame]) -> None:
    _limit_memory(inbox.get().header["memory"])
    connection.sendall(pack(Frame(header={"ready": True})))
    # Until here whatever goes wrong is told on standard error; from here on scripts run.
    _point_to_nowhere(2)
    attempt = _loader(inbox.get().header)
    while True:
        frame = inbox.get()
        if "script" in frame.header:
            attempt = _loader(frame.header)
            continue
        job = read_job(frame)
        number = frame.header["number"]
        reply = pack(outcome_frame(attempt(job), number=number))
        if len(reply) > reply_limit(job):
            excess = Failed(path=job.context.path, reason="protocol", detail="what it makes of the file is too large")
            reply = pack(outcome_frame(excess, number=number))
        connection.sendall(reply)


def _loader(told: dict[str, Any]) -> Callable[[Job], Outcome]:
    """Give what turns a job into an outcome, whatever a script does short of ending the process."""
    arguments = tuple((name, value) for name, value in told["arguments"])
    try:
        script = parse(told["source"], name=told["script"], entry=told["entry"])
    except ScriptError as error:
        detail = "\n".join((error.message, *error.details))
        return lambda job: Failed(path=job.context.path, reason="load", detail=detail)
    return lambda job: _attempt(script, job, arguments=arguments)


def _attempt(script: Script, job: Job, *, arguments: tuple[tuple[str, str], ...]) -> Outcome:
    try:
        return transform(script, job, arguments=arguments)
    except MemoryError:
        raise
    except BaseException as error:  # noqa: BLE001 - `SystemExit` of a script, a panic of the native parser
        return Failed(path=job.context.path, reason="crash", detail=f"{type(error).__name__}: {error}")


def _limit_memory(megabytes: int) -> None:
    try:
        import resource  # noqa: PLC0415 - not everywhere
    except ImportError:
        return
    for kind, limit in ((resource.RLIMIT_AS, (megabytes << 20) + STACK), (resource.RLIMIT_CORE, 0)):
        _, hard = resource.getrlimit(kind)
        capped = limit if hard == resource.RLIM_INFINITY else min(limit, hard)
        try:
            resource.setrlimit(kind, (capped, capped))
        except (OSError, ValueError):
            continue  # macOS has the limit and does not keep it


def _reader(connection: socket.socket) -> Callable[[int], bytes]:
    def read(size: int) -> bytes:
        parts = bytearray()
        while len(parts) < size:
            part = connection.recv(min(size - len(parts), 1 << 20))
            if not part:
                raise EOFError
            parts += part
        return bytes(parts)

    return read


if __name__ == "__main__":
    main()
