"""The pager: what is longer than the screen is read there, as git does it."""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
from typing import IO, TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Iterator

    from autotransform.cli.session import Session

#: What `less` is told where the person told it nothing: quit if it fits, show colours, leave the text standing.
_SETTINGS = {"LESS": "FRX", "LV": "-c"}
_NONE = {"", "cat"}
_COLOUR = re.compile("\x1b\\[[0-9;]*m")


class _Quit(Exception):  # noqa: N818 - no error: somebody has read enough
    """The pager was left."""


@contextlib.contextmanager
def paged(session: Session, *, is_wanted: bool = True) -> Iterator[None]:
    """Hand what is printed meanwhile to a pager, once it is longer than the screen.

    Only at a terminal. Whoever leaves the pager ends the printing, and nothing else.
    """
    terminal = session.terminal
    command = find_pager() if is_wanted and terminal.is_screen else ""
    if not command:
        yield
        return
    screen = _Screen(command, size=terminal.size)
    try:
        with terminal.redirected(cast("IO[str]", screen)), contextlib.suppress(_Quit):
            yield
    finally:
        screen.finish()


def find_pager() -> str:
    """Give the person's pager, a line for the shell; empty where there is none.

    Git is asked outside of any repository, whose own configuration has no say in which programs run.
    """
    try:
        asked = subprocess.run(
            ["git", "--git-dir", os.devnull, "var", "GIT_PAGER"], capture_output=True, text=True, check=False
        )
        command = asked.stdout.strip() if asked.returncode == 0 else ""
    except OSError:
        command = ""
    command = command or os.environ.get("PAGER", "less")
    try:
        program = shlex.split(command)[:1]
    except ValueError:
        return ""
    return "" if command in _NONE or not program or shutil.which(program[0]) is None else command


class _Screen(io.TextIOBase):
    """A file that keeps what fits on the screen, and opens the pager for more."""

    def __init__(self, command: str, *, size: tuple[int, int]) -> None:
        self._command = command
        self._width, self._height = size
        self._kept: list[str] = []
        self._lines = 0
        self._pager: subprocess.Popen[bytes] | None = None

    def isatty(self) -> bool:
        """Say that it is a terminal: in the end it is."""
        return True

    def writable(self) -> bool:
        """Say that it can be written to."""
        return True

    def write(self, text: str) -> int:
        """Keep a text, or hand it on."""
        if self._pager is None:
            self._kept.append(text)
            # What is longer than a line of the screen takes several.
            self._lines += sum(
                1 + max(len(_COLOUR.sub("", line)) - 1, 0) // max(self._width, 1) for line in text.split("\n")[:-1]
            )
            if self._lines >= self._height:
                self._open()
        else:
            self._hand_on(text)
        return len(text)

    def finish(self) -> None:
        """Print what was kept, or wait until the pager is left."""
        if self._pager is None:
            sys.stdout.write("".join(self._kept))
            sys.stdout.flush()
            return
        # The key that interrupts is the pager's, not ours.
        former = signal.signal(signal.SIGINT, signal.SIG_IGN)
        try:
            with contextlib.suppress(OSError):
                self._pager.communicate()
        finally:
            signal.signal(signal.SIGINT, former)

    def _open(self) -> None:
        # Through a shell, as git does: it may be `less -S`.
        self._pager = subprocess.Popen(
            ["sh", "-c", self._command], stdin=subprocess.PIPE, env={**_SETTINGS, **os.environ}
        )
        kept, self._kept = "".join(self._kept), []
        self._hand_on(kept)
        with contextlib.suppress(OSError):
            if self._pager.stdin is not None:
                self._pager.stdin.flush()  # so that there is something to see while more is found out

    def _hand_on(self, text: str) -> None:
        pipe = self._pager.stdin if self._pager is not None else None
        if pipe is None:
            return
        try:
            pipe.write(text.encode("utf-8", "surrogateescape"))
        except (OSError, ValueError):
            raise _Quit from None
