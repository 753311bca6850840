"""Scripts that misbehave where a file says ``boom``, and files to run them on."""

from __future__ import annotations

import subprocess
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import pytest

from autotransform.engine.values import FileContext, Job
from autotransform.run import Limits, map_jobs
from autotransform.script import parse

if TYPE_CHECKING:
    from collections.abc import Callable

    from autotransform.engine.values import Outcome
    from autotransform.run.isolation import Layer
    from autotransform.script import Script

_PROBE = """
import contextlib, ctypes, os, re, signal, socket, sys, threading, time

from libcst.codemod import VisitorBasedCodemodCommand

{top}


class Probe(VisitorBasedCodemodCommand):
    DESCRIPTION = "Call every x y, and do something else where there is a boom."

    def visit_Name(self, node):
        if node.value == "boom":
{fault}

    def leave_Name(self, original_node, updated_node):
        return updated_node.with_changes(value="y") if updated_node.value == "x" else updated_node
"""


#: What there is on a system whose kernel fences nobody in: what a script can do to its parent must not hang on more.
UNFENCED: frozenset[Layer] = frozenset({"process"})


class MapFiles(Protocol):
    """Runs a script on files given by their names."""

    def __call__(
        self,
        script: Script,
        files: dict[str, bytes],
        *,
        limits: Limits = ...,
        layers: frozenset[Layer] | None = ...,
    ) -> list[Outcome]: ...


@pytest.fixture
def probe() -> Callable[..., Script]:
    """Make a script that renames x to y and executes ``fault`` at the name boom, and ``top`` when it is loaded."""

    def make(fault: str = "pass", *, top: str = "", name: str = "probe") -> Script:
        body = textwrap.indent(textwrap.dedent(fault).strip(), " " * 12)
        return parse(_PROBE.format(fault=body, top=textwrap.dedent(top)), name=name)

    return make


@pytest.fixture
def map_files() -> MapFiles:
    """Run a script on files; one worker unless told otherwise."""

    def run(
        script: Script,
        files: dict[str, bytes],
        *,
        limits: Limits | None = None,
        layers: frozenset[Layer] | None = None,
    ) -> list[Outcome]:
        jobs = [Job(context=FileContext(path=path), content=content) for path, content in files.items()]
        return list(map_jobs(script, jobs, limits=limits or Limits(jobs=1), layers=layers))

    return run


@pytest.fixture
def is_running() -> Callable[[int], bool]:
    """Tell whether a process is there and no zombie."""

    def tell(pid: int) -> bool:
        if Path("/proc/self/stat").exists():
            try:
                return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
            except (FileNotFoundError, ProcessLookupError):
                return False
        done = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False)
        return done.stdout.strip()[:1] not in {"", "Z"}

    return tell
