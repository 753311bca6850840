"""A person at a terminal: reads what the command shows, and answers what it asks."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

COMMAND = [sys.executable, "-m", "autotransform"]
#: The commands that run a script.
_RUN = {"new", "run", "edit", "test", "preview", "apply", "verify", "pr"}
#: Seconds before an answer: enough for whatever is still drawn to get in its way.
_THINKING = 0.3
_KERNELS = Path(__file__).parents[1] / "kernels.py"


def command(*arguments: str, lacking: str = "") -> list[str]:
    """Give the whole command, on a kernel that lacks something."""
    prefix = [sys.executable, str(_KERNELS), lacking] if lacking else []
    # Where no kernel holds a script, the tests that are about something else say that they trust it.
    trust = ["--trust"] if not lacking and sys.platform != "linux" and _RUN.intersection(arguments) else []
    return [*prefix, *COMMAND, *arguments, *trust]


def at_a_terminal(
    *arguments: str,
    cwd: Path,
    answers: Sequence[tuple[str, str]] = (),
    lacking: str = "",
    environment: dict[str, str] | None = None,
    output: Path | None = None,
) -> tuple[int, str]:
    """Run the command with a pseudo-terminal as all three streams; gives exit code and what was shown.

    Args:
        arguments: Of the command.
        cwd: Where it starts.
        answers: What to wait for, and what to type once it is there; waiting for nothing is typing ahead.
        lacking: What the kernel lacks; see `tests.kernels`.
        environment: Besides that of the tests.
        output: Where standard output goes instead.
    """
    parent, child = pty.openpty()
    with open(output or os.devnull, "wb") as file:  # noqa: PTH123 - as short as it gets
        process = subprocess.Popen(
            command(*arguments, lacking=lacking),
            cwd=cwd,
            env={**os.environ, "TERM": "xterm-256color", "PAGER": "cat", **(environment or {})},
            stdin=child,
            stdout=file if output else child,
            stderr=child,
            close_fds=True,
        )
    os.close(child)
    shown = _converse(parent, [*answers])
    os.close(parent)
    return process.wait(timeout=60), shown.decode(errors="replace")


def _converse(parent: int, answers: list[tuple[str, str]]) -> bytes:
    shown, read = b"", 0
    while True:
        if answers and (place := shown.find(answers[0][0].encode(), read)) >= 0:
            read = place + len(answers[0][0])
            time.sleep(_THINKING)
            os.write(parent, answers.pop(0)[1].encode())
        ready, _, _ = select.select([parent], [], [], 60)
        try:
            part = os.read(parent, 65536) if ready else b""
        except OSError:  # Linux says so when the last writer has gone
            part = b""
        if not part:
            return shown
        shown += part
