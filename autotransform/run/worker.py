"""The child: a fenced process in which one script meets some files, or one in which no script ever runs.

Over its one descriptor it is told a script and then jobs, answers each job with one frame, and ends when the parent
hangs up. What the script prints goes nowhere.
"""

from __future__ import annotations

import functools
import gc
import io
import os
import sys
from typing import TYPE_CHECKING, Any

from autotransform.engine import attempt
from autotransform.engine.audit import audit
from autotransform.engine.depth import RECURSION_LIMIT
from autotransform.engine.values import Changed, Failed
from autotransform.errors import ScriptError
from autotransform.run.child import OUT_OF_MEMORY
from autotransform.run.isolation.python import restricted_builtins
from autotransform.run.sharing import find_state
from autotransform.run.wire import (
    Checked,
    Frame,
    check_frame,
    is_too_large,
    outcome_frame,
    pack,
    read_frame,
    read_job,
    read_outcome,
)
from autotransform.script import find_problems, parse
from autotransform.tree.visiting import fast_visits
from autotransform.tree.writing import fast_writing

if TYPE_CHECKING:
    from collections.abc import Callable

    from autotransform.engine.values import Job, Outcome

#: Objects made before Python looks for circles among them, and how often it looks at older ones: trees are large and
#: hold few, and looking as often as usual costs up to half of the time.
_COLLECTION = (1_000_000, 10, 10)

#: Objects that may be left over between two files, where nearly all that is left is garbage, and bytes of files, for
#: one object may be a long string: 20 to 30 MB of garbage either way.
_MOST_LEFT, _MOST_BYTES = 250_000, 8 << 20


def serve(descriptor: int, *, is_restricted: bool) -> int:
    """Do the jobs that come in; gives the status with which the process is to end.

    Args:
        descriptor: Over which it is spoken to.
        is_restricted: The script gets few builtins, and its imports are looked at.
    """
    gc.set_threshold(*_COLLECTION)
    gc.enable()
    sys.stdin, sys.stdout, sys.stderr = io.StringIO(), _Nowhere(), _Nowhere()
    told = _receive(descriptor).header
    load = _loader(told, builtins=restricted_builtins() if is_restricted else None)
    tidy = Tidy()
    try:
        with fast_visits(), fast_writing():  # once, not for each file
            while True:
                job = _receive(descriptor)
                _answer(job, load=load, descriptor=descriptor)
                tidy.note(len(job.body))
    except MemoryError:
        return OUT_OF_MEMORY
    except (EOFError, OSError):  # the parent has hung up
        return 0


def serve_without_script(descriptor: int) -> int:
    """Check the scripts that come in, and look at the outcomes that another process gave; otherwise as `serve`."""
    gc.set_threshold(*_COLLECTION)
    gc.enable()
    sys.setrecursionlimit(RECURSION_LIMIT)
    tidy = Tidy()
    try:
        while True:
            asked = _receive(descriptor)
            answer = _check(asked.header) if "source" in asked.header else _audit(asked, _receive(descriptor))
            write(descriptor, pack(answer))
            tidy.note(len(asked.body))
    except MemoryError:
        return OUT_OF_MEMORY
    except (EOFError, OSError):  # the parent has hung up
        return 0


class Tidy:
    """Gives back what is left of files, whose trees may hold themselves, once it is much."""

    def __init__(self) -> None:
        self._bytes = 0

    def note(self, size: int) -> None:
        """Count a file that was done, by its bytes.

        Python counts what was made and not given back since it last looked at the youngest objects. Where it looked in
        the middle of a file, it took the tree of that file for older, and would not look at it again for long.
        """
        self._bytes += size
        young, *older = gc.get_count()
        if young > _MOST_LEFT or any(older) or self._bytes > _MOST_BYTES:
            gc.collect()
            self._bytes = 0


def _check(told: dict[str, Any]) -> Frame:
    script = parse(told["source"], name=told["script"], entry=told["entry"])
    problems = find_problems(script)
    return check_frame(Checked(problems=problems, carries_state=find_state(script, problems=problems)))


def _audit(asked: Frame, claim: Frame) -> Frame:
    job, number = read_job(asked), asked.header["number"]
    outcome = read_outcome(claim, job=job, number=number)
    return outcome_frame(audit(job, outcome) if isinstance(outcome, Changed) else outcome, number=number)


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


def _answer(frame: Frame, *, load: Callable[[Job], Outcome], descriptor: int) -> None:
    job, number = read_job(frame), frame.header["number"]
    reply = pack(outcome_frame(load(job), number=number))
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

    def outcome(job: Job) -> Outcome:
        try:
            return attempt(script, job, arguments=arguments, builtins=builtins)
        except MemoryError:
            raise
        except BaseException as error:  # noqa: BLE001 - `SystemExit` of a script, a panic of the native parser
            return Failed(path=job.context.path, reason="crash", detail=f"{type(error).__name__}: {error}")

    return outcome
