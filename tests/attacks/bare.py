"""A process that runs scripts as nobody should: forked from one that holds secrets, with all that this one has open.

It puts up the layers that it is told, and no others, then does jobs one after the other and answers over one socket.
What is at the other end is `run_bare`: a parent that believes, keeps and waits for whatever comes.
"""

from __future__ import annotations

import contextlib
import functools
import os
import signal
import socket
import time
from typing import TYPE_CHECKING

from autotransform.engine import transform
from autotransform.run import worker
from autotransform.run.isolation.fence import put_up
from autotransform.run.isolation.python import restricted_builtins
from autotransform.run.wire import job_frame, outcome_frame, pack, read_frame, read_job, script_frame
from autotransform.script import parse
from tests.attacks.request import Told

if TYPE_CHECKING:
    from autotransform.run.isolation import Layer
    from autotransform.run.values import Limits
    from autotransform.script import Script
    from tests.attacks.request import Step

#: Answers of more bytes than this are a flood. What the parent of the product takes is checked where it is tested.
FLOOD = 16 << 20


def run_bare(
    steps: tuple[Step, ...],
    *,
    layers: frozenset[Layer],
    limits: Limits,
    patience: float,
    keep_out: tuple[int, ...] = (),
) -> Told:
    """Do the steps in one forked process; a file without an answer is absent.

    Args:
        steps: What to do, the attack first.
        layers: What to put up in the process.
        limits: For the layer of that name.
        patience: Seconds to wait for an answer, however much less was allowed.
        keep_out: Descriptors of the harness itself, which are nobody's loot.
    """
    ours, theirs = socket.socketpair()
    pid = os.fork()
    if pid == 0:
        with contextlib.suppress(BaseException):
            ours.close()
            for descriptor in keep_out:
                os.close(descriptor)
            _serve(theirs, layers=layers, limits=limits)
        os._exit(70)
    theirs.close()
    told = Told()
    try:
        _believe(ours, steps, told=told, patience=patience)
    except (OSError, EOFError, TimeoutError):
        pass
    except Exception as error:  # noqa: BLE001 - whatever an answer does to a parent that does not look at it first
        told.trouble = f"{type(error).__name__}: {error}"
    finally:
        ours.close()
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
    return told


def _believe(connection: socket.socket, steps: tuple[Step, ...], *, told: Told, patience: float) -> None:
    started = time.monotonic()
    reader = _Reader(connection)
    for step in steps:
        connection.sendall(pack(script_frame(step.script, arguments=())))
        try:
            for job in step.jobs:
                connection.sendall(pack(job_frame(job, number=0)))
                reader.deadline = time.monotonic() + patience
                while job.context.path not in told.answers:
                    frame = read_frame(reader.read)
                    told.answers.setdefault(frame.header["path"], {**frame.header, "after": frame.body})
        finally:
            told.seconds = told.seconds or time.monotonic() - started
            told.is_flooded = reader.taken > FLOOD


class _Reader:
    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self.deadline = 0.0
        self.taken = 0

    def read(self, size: int) -> bytes:
        parts = bytearray()
        while len(parts) < size:
            if self.taken > FLOOD:
                raise TimeoutError
            self._connection.settimeout(max(self.deadline - time.monotonic(), 0.001))
            part = self._connection.recv(min(size - len(parts), 1 << 20))
            if not part:
                raise EOFError
            self.taken += len(part)
            parts += part
        return bytes(parts)


def _serve(connection: socket.socket, *, layers: frozenset[Layer], limits: Limits) -> None:
    """Do what comes in, in the forked process; returns when the parent hangs up."""
    descriptor = connection.fileno()
    put_up(layers, descriptor=descriptor, seconds=limits.timeout, memory=limits.memory)
    builtins = restricted_builtins() if "python" in layers else None
    script: Script | None = None
    while True:
        frame = read_frame(functools.partial(os.read, descriptor))
        if "script" in frame.header:
            told = frame.header
            script = parse(told["source"], name=told["script"], entry=told["entry"])
            continue
        assert script is not None
        job = read_job(frame)
        outcome = transform(script, job, builtins=builtins)
        worker.write(descriptor, pack(outcome_frame(outcome, number=frame.header["number"])))
