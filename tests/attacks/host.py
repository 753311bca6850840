"""The program that runs scripts: it holds a token, as a CI job does, and stands between the harness and the scripts.

Started by the harness, it takes one request a line and answers each with one line, both JSON. Either it forks a bare
process for every request, or it does what the product does.
"""

from __future__ import annotations

import ast
import ctypes
import gc
import importlib
import json
import os
import socket
import sys
import tempfile
import threading
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TextIO

from autotransform.run.crew import Batch
from autotransform.run.pool import map_batches
from autotransform.run.values import Limits
from autotransform.script import parse
from tests.attacks.request import Step, Told
from tests.attacks.victim import TOKEN_NAME

if TYPE_CHECKING:
    from collections.abc import Iterator

    from autotransform.engine.values import Job, Outcome
    from autotransform.run.isolation import Layer

_SUBREAPER = 36
_PTRACER = 0x59616D61

#: Seconds after which the product must have done a request, whatever was asked.
_STUCK = 100.0


@dataclass(frozen=True, kw_only=True)
class Setting:
    """How one host runs scripts: handed over on its command line."""

    #: As the product does, or in bare processes.
    is_pool: bool
    layers: tuple[Layer, ...]
    timeout: float
    memory: int
    #: Of the hashes of the product's processes.
    seed: int = 0

    @property
    def limits(self) -> Limits:
        """The same, as the product takes it."""
        return Limits(jobs=1, timeout=self.timeout, memory=self.memory)

    @property
    def patience(self) -> float:
        """Seconds that the careless parent waits for an answer: a little more than three times what is allowed."""
        return min(3.2 * self.timeout, 4.0)


def main() -> None:
    """Do requests until the harness hangs up."""
    control, leaked, setting = int(sys.argv[1]), int(sys.argv[2]), Setting(**json.loads(sys.argv[3]))
    ctypes.CDLL(None).prctl(_SUBREAPER, 1, 0, 0, 0)
    ctypes.CDLL(None).prctl(_PTRACER, ctypes.c_ulong(-1), 0, 0, 0)
    os.set_inheritable(leaked, True)  # noqa: FBT003 - takes no keyword
    token = os.environ[TOKEN_NAME]  # as any program holds what it works with
    purse = _open_purse(token)
    connection = socket.socket(fileno=control)
    with connection, connection.makefile("r") as requests, connection.makefile("w") as answers:
        if setting.is_pool:
            _Pool(setting, requests=requests, answers=answers).serve()
        else:
            _serve_bare(setting, requests=requests, answers=answers, keep_out=control, purse=(purse, token))


def _serve_bare(setting: Setting, *, requests: TextIO, answers: TextIO, keep_out: int, purse: tuple[int, str]) -> None:
    # Both load LibCST, for which a host that leaves it to the product need not wait.
    from autotransform.run import zygote  # noqa: PLC0415
    from tests.attacks.bare import run_bare  # noqa: PLC0415

    zygote._warm()
    gc.collect()
    gc.freeze()  # as the product does: what is there already need not be copied
    for request in requests:
        _fill(*purse)
        steps = _read_steps(request)
        _load_imports(steps)
        told = run_bare(
            steps,
            layers=frozenset(setting.layers),
            limits=setting.limits,
            patience=setting.patience,
            keep_out=(keep_out,),
        )
        _answer(answers, told)


def _open_purse(token: str) -> int:
    """Open a file that has no name any more and holds the token, for all that are started from here."""
    descriptor, path = tempfile.mkstemp()
    Path(path).unlink()
    _fill(descriptor, token)
    os.set_inheritable(descriptor, True)  # noqa: FBT003 - takes no keyword
    return descriptor


def _fill(purse: int, token: str) -> None:
    """Write the token as at the start: an attack may have written over it, to every descriptor that there was."""
    os.ftruncate(purse, 0)
    os.pwrite(purse, token.encode(), 0)
    os.lseek(purse, 0, os.SEEK_SET)


def _load_imports(steps: tuple[Step, ...]) -> None:
    """Load what scripts import, so that none is stopped by a file of the library that it cannot open any more."""
    for step in steps:
        for node in ast.walk(ast.parse(step.script.source)):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            for name in [node.module or "", *names] if isinstance(node, ast.ImportFrom) else names:
                if name.partition(".")[0] in sys.stdlib_module_names and name not in sys.modules:
                    importlib.import_module(name)


def _read_steps(request: str) -> tuple[Step, ...]:
    return tuple(
        Step(
            script=parse(step["source"], name=step["name"]),
            files=tuple((path, content.encode("latin-1")) for path, content in step["files"]),
        )
        for step in json.loads(request)
    )


def _answer(answers: TextIO, told: Told) -> None:
    kept = {"answers": told.answers, "seconds": told.seconds, "is_flooded": told.is_flooded, "trouble": told.trouble}
    answers.write(json.dumps(kept, default=lambda raw: raw.decode("latin-1")) + "\n")
    answers.flush()


class _Pool:
    """Does requests one after the other in one launcher of the product."""

    def __init__(self, setting: Setting, *, requests: TextIO, answers: TextIO) -> None:
        self._setting = setting
        self._requests = requests
        self._answers = answers

    def serve(self) -> None:
        """Do requests until there are no more."""
        limits = self._setting.limits
        layers = frozenset(self._setting.layers)
        for _ in map_batches(self._batches(), limits=limits, seed=self._setting.seed, layers=layers):
            pass

    def _batches(self) -> Iterator[Batch]:
        for request in self._requests:
            steps = _read_steps(request)
            told, ends = Told(), threading.Event()
            paths = {job.context.path for step in steps for job in step.jobs}
            own = {job.context.path for job in steps[0].jobs}
            started = time.monotonic()

            def note(
                job: Job,
                outcome: Outcome,
                *,
                told: Told = told,
                ends: threading.Event = ends,
                paths: set[str] = paths,
                own: set[str] = own,
                started: float = started,
            ) -> bool:
                told.answers[job.context.path] = _describe(outcome)
                if own <= {*told.answers}:
                    told.seconds = told.seconds or time.monotonic() - started
                if paths <= {*told.answers}:
                    ends.set()
                return False

            for step in steps:
                for job in step.jobs:  # each in a process of its own
                    yield Batch(script=step.script, jobs=(job,), is_enough=note)
            if not ends.wait(_STUCK):
                told.trouble = "no answer"
            _answer(self._answers, told)


def _describe(outcome: Outcome) -> dict[str, Any]:
    return {**asdict(outcome), "kind": type(outcome).__name__.lower()}


if __name__ == "__main__":
    main()
