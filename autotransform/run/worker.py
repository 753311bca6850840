"""The child: a fenced process in which one script meets one file, or the cases of one script.

It is told a script and then jobs over its one descriptor, answers each job with one frame, and ends when the parent
hangs up. What the script prints goes nowhere.
"""

from __future__ import annotations

import functools
import gc
import io
import os
import sys
from typing import TYPE_CHECKING, Any

from autotransform.engine import transform
from autotransform.engine.audit import audit
from autotransform.engine.values import Changed, Failed
from autotransform.errors import ScriptError
from autotransform.run.child import OUT_OF_MEMORY
from autotransform.run.isolation.python import restricted_builtins
from autotransform.run.wire import Frame, is_too_large, outcome_frame, pack, plain, read_frame, read_job, read_outcome
from autotransform.script import parse

if TYPE_CHECKING:
    from collections.abc import Callable

    from autotransform.engine.values import Job, Outcome

#: Objects made before Python looks for circles among them, and how often it looks at older ones. The process is gone
#: after its file, and looking as often as usual costs a tenth of the time.
_COLLECTION = (100_000, 10, 10)


def serve(descriptor: int, *, is_restricted: bool) -> int:
    """Do the jobs that come in; gives the status with which the process is to end.

    Args:
        descriptor: Over which it is spoken to.
        is_restricted: The script gets few builtins, and its imports are looked at.
    """
    gc.set_threshold(*_COLLECTION)
    sys.stdin, sys.stdout, sys.stderr = io.StringIO(), _Nowhere(), _Nowhere()
    told = _receive(descriptor).header
    attempt = _loader(told, builtins=restricted_builtins() if is_restricted else None)
    try:
        while True:
            _answer(_receive(descriptor), attempt=attempt, descriptor=descriptor)
    except MemoryError:
        return OUT_OF_MEMORY
    except (EOFError, OSError):  # the parent has hung up
        return 0


def serve_audit(descriptor: int) -> int:
    """Look at one outcome that another process gave; gives the status with which the process is to end."""
    asked = _receive(descriptor)
    job, number = read_job(asked), asked.header["number"]
    outcome = read_outcome(_receive(descriptor), job=job, number=number)
    try:
        audited = audit(job, outcome, shown=plain) if isinstance(outcome, Changed) else outcome
    except MemoryError:
        return OUT_OF_MEMORY
    write(descriptor, pack(outcome_frame(audited, number=number)))
    return 0


def _receive(descriptor: int) -> Frame:
    return read_frame(functools.partial(os.read, descriptor))


def write(descriptor: int, content: bytes) -> None:
    """Write all of it."""
    left = memoryview(content)
    while left:
        left = left[os.write(descriptor, left) :]


class _Nowhere(io.TextIOBase):
    """Where the output of scripts goes."""

    def write(self, text: str) -> int:
        return len(text)


def _answer(frame: Frame, *, attempt: Callable[[Job], Outcome], descriptor: int) -> None:
    job, number = read_job(frame), frame.header["number"]
    reply = pack(outcome_frame(attempt(job), number=number))
    if is_too_large(reply, job):
        excess = Failed(path=job.context.path, reason="protocol", detail="what it makes of the file is too large")
        reply = pack(outcome_frame(excess, number=number))
    write(descriptor, reply)


def _loader(told: dict[str, Any], *, builtins: dict[str, Any] | None) -> Callable[[Job], Outcome]:
    """Give what turns a job into an outcome, whatever a script does short of ending the process."""
    arguments = tuple((name, value) for name, value in told["arguments"])
    try:
        script = parse(told["source"], name=told["script"], entry=told["entry"])
    except ScriptError as error:
        detail = "\n".join((error.message, *error.details))
        return lambda job: Failed(path=job.context.path, reason="load", detail=detail)

    def attempt(job: Job) -> Outcome:
        try:
            return transform(script, job, arguments=arguments, builtins=builtins)
        except MemoryError:
            raise
        except BaseException as error:  # noqa: BLE001 - `SystemExit` of a script, a panic of the native parser
            return Failed(path=job.context.path, reason="crash", detail=f"{type(error).__name__}: {error}")

    return attempt
