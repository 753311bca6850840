from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING, Protocol

import pytest

from tests.cli.terminal import command

if TYPE_CHECKING:
    from pathlib import Path


class RunCli(Protocol):
    def __call__(
        self, *arguments: str, cwd: Path, environment: dict[str, str] | None = None, lacking: str = ""
    ) -> subprocess.CompletedProcess[str]: ...


@pytest.fixture
def run_cli() -> RunCli:
    """Run the real command in a process of its own, without a terminal; maybe on a kernel that lacks something."""

    def run(
        *arguments: str, cwd: Path, environment: dict[str, str] | None = None, lacking: str = ""
    ) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command(*arguments, lacking=lacking),
            cwd=cwd,
            env={**os.environ, **(environment or {})},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=120,
        )

    return run
