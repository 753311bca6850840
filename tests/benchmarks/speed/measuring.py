"""What a command costs: processor time of its whole tree of processes, wall clock, memory."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_SUPERVISOR = Path(__file__).with_name("supervisor.py")
#: What a measurement may take at most, in seconds: a tool that hangs must not take the rest with it.
_LONGEST = 3600.0


class CommandFailedError(Exception):
    """A command of the benchmark ended as it should not; holds the end of what it said."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """One run of one command."""

    #: Seconds of processor, of the command and of everything that it started.
    cpu: float
    #: Seconds of the same that the kernel added up for children that were waited for.
    waited: float
    wall: float
    #: Peak resident mebibytes of the command itself, and of the largest process that it started; 0: not to be had.
    root_memory: float
    worker_memory: float
    #: Peak of the sum over the tree, shared pages counted once, as far as it was seen.
    tree_memory: float
    #: Processes that outlived the command and had to be ended.
    left: int


def measure(
    command: Sequence[str],
    *,
    cwd: Path,
    env: Mapping[str, str] | None = None,
    fine: tuple[int, ...] = (0,),
    output: Path | None = None,
) -> Measured:
    """Run a command and measure it.

    Args:
        command: The words of it.
        cwd: Where.
        env: What to add to the environment.
        fine: The exit codes that are no failure.
        output: Where to put what it prints; else that is thrown away.

    Raises:
        CommandFailedError: It could not be started, ended with another code, or took too long.
    """
    with tempfile.TemporaryDirectory() as folder:
        result, said = Path(folder) / "result.json", Path(folder) / "said"
        supervisor = [sys.executable, "-I", str(_SUPERVISOR), str(result), str(_LONGEST), "--", *command]
        with (output or Path(os.devnull)).open("wb") as printed, said.open("wb") as errors:
            added = {**os.environ, **(env or {})}
            with subprocess.Popen(supervisor, cwd=cwd, env=added, stdout=printed, stderr=errors) as process:
                try:
                    process.wait()
                except BaseException:
                    process.terminate()  # it ends what it has started; a kill would not
                    raise
        end = said.read_text(encoding="utf-8", errors="replace")[-2000:]
        if process.returncode:
            raise CommandFailedError(f"{command[0]} could not be measured:\n{end}")
        got = json.loads(result.read_text(encoding="utf-8"))
        if got["late"] or got["status"] not in fine:
            raise CommandFailedError(f"{command[0]} ended with {got['status']}:\n{end}")
    return Measured(
        cpu=got["cpu"],
        waited=got["waited"],
        wall=got["wall"],
        root_memory=got["root_peak"] / 1024,
        worker_memory=got["worker_peak"] / 1024,
        tree_memory=got["tree_peak"] / 1024,
        left=got["left"],
    )
