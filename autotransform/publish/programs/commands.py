"""Programs that a person named, run by us: with no shell, with none of our secrets, bounded in time and output."""

from __future__ import annotations

import contextlib
import os
import re
import resource
import shlex
import shutil
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO, TYPE_CHECKING

from autotransform.errors import UsageError
from autotransform.publish.programs.custody import Custody

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

#: What a program that works on a repository's files is not told: keys and tokens; what leads a step of a CI job to
#: those that come after it; what binds git to some repository, or gives it credentials; the person's keys for SSH.
_WITHHELD = re.compile(
    r"(?:.*_)?(?:API_KEY|TOKEN|PAT|ACCESS_KEY|PRIVATE_KEY|CREDENTIALS)"
    r"|ACTIONS_.*|INPUT_.*|AUTOTRANSFORM_.*"
    r"|GITHUB_(?:ENV|OUTPUT|PATH|STATE|STEP_SUMMARY)"
    r"|GIT_(?:DIR|WORK_TREE|INDEX_FILE|COMMON_DIR|OBJECT_DIRECTORY|ALTERNATE_OBJECT_DIRECTORIES|PREFIX|NAMESPACE)"
    r"|GIT_CONFIG_(?:COUNT|KEY_\d+|VALUE_\d+|PARAMETERS)|GIT_ASKPASS|SSH_ASKPASS|SSH_AUTH_SOCK|SSH_AGENT_PID",
    re.ASCII | re.IGNORECASE,
)

#: How much of what a program complains about is kept: its end.
_TAIL = 1 << 16
#: What all of them leave behind.
_CUSTODY = Custody()
#: Seconds between two looks at whether a program has ended: at first, and after a while.
_FIRST_LOOK, _LOOK = 0.0005, 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Finished:
    """How a program ended, and what it printed."""

    #: Its exit status; negative: the signal that ended it. ``None``: we ended it.
    status: int | None
    output: bytes
    #: The end of what it complained about; empty where that is part of the output.
    errors: bytes = b""
    #: Why we ended it.
    reason: str = ""

    @property
    def passed(self) -> bool:
        """Whether it ended by itself and is content."""
        return self.status == 0


def split_command(command: str, *, option: str) -> tuple[str, ...]:
    """Split a command as a shell would, for no shell reads it.

    Raises:
        UsageError: It is empty, or a quote is missing.
    """
    try:
        words = shlex.split(command)
    except ValueError:
        words = []
    if not words or "\0" in command:
        raise UsageError(
            f"{option} {command[:80]!r} cannot be read as a command: it is empty, or a quote is missing.",
            hint=f"No shell reads it; where you need one: {option} \"sh -c '…'\".",
        )
    return tuple(words)


def find_program(name: str, *, folder: Path) -> str:
    """Give the path of a program; a relative one counts from ``folder``, and no relative folder of PATH does.

    Raises:
        UsageError: There is none.
    """
    if "/" in name:
        path: str | None = os.fspath(folder / name)
        path = path if path and os.access(path, os.X_OK) and Path(path).is_file() else None
    else:
        # In a relative one a repository's own programs could be found.
        places = [place for place in os.environ.get("PATH", os.defpath).split(os.pathsep) if Path(place).is_absolute()]
        path = shutil.which(name, path=os.pathsep.join(places))
    if path is None:
        raise UsageError(f"There is no program {name[:80]!r}.", hint="Install it, or see that it is on PATH.")
    return path


def find_withheld() -> tuple[str, ...]:
    """Name the variables of the environment that `plain_environment` leaves out, in order."""
    return tuple(sorted(name for name in os.environ if _WITHHELD.fullmatch(name)))


def plain_environment(**more: str) -> dict[str, str]:
    """Give our own environment without secrets and without what leads elsewhere, and with what is added."""
    return {name: value for name, value in os.environ.items() if not _WITHHELD.fullmatch(name)} | more


def run_command(
    words: Sequence[str],
    *,
    folder: Path,
    environment: Mapping[str, str],
    seconds: float,
    feed: bytes = b"",
    largest: int,
    is_merged: bool = False,
    memory: int | None = None,
) -> Finished:
    """Run a program to its end, or end it; everything that it started ends with it (see `custody` for what does not).

    Args:
        words: The program and its arguments.
        folder: Where it runs.
        environment: All of its environment.
        seconds: How long it may take.
        feed: Its standard input.
        largest: How many bytes it may print before it is ended.
        is_merged: Whether what it complains about is part of the output, of which then only the end is kept.
        memory: How much address space it may take, in bytes, where the system can be told.

    Raises:
        UsageError: It cannot be started, or something that it started does not end.
    """
    # Files, not pipes: whoever leaves the group may hold the other end of a pipe for ever.
    with tempfile.TemporaryFile() as fed, tempfile.TemporaryFile() as output, tempfile.TemporaryFile() as errors:
        fed.write(feed)
        fed.seek(0)
        process = _start(
            words, folder=folder, environment=environment, files=(fed, output, output if is_merged else errors)
        )
        try:
            _bound_memory(process.pid, memory)
            reason = _await(process, seconds=seconds, files=(output, errors), largest=largest)
        finally:
            _CUSTODY.end(process)
        return Finished(
            status=None if reason else process.returncode,
            output=_end_of(output, size=_TAIL if is_merged else largest),
            errors=_end_of(errors, size=_TAIL),
            reason=reason,
        )


def _start(
    words: Sequence[str], *, folder: Path, environment: Mapping[str, str], files: tuple[IO[bytes], IO[bytes], IO[bytes]]
) -> subprocess.Popen[bytes]:
    fed, output, errors = files
    try:
        return _CUSTODY.start(
            lambda: subprocess.Popen(
                [*words],
                cwd=folder,
                env=dict(environment),
                stdin=fed,
                stdout=output,
                stderr=errors,
                # Ctrl-C at the terminal is ours to handle; nobody can be asked; and the group can be ended as one.
                start_new_session=True,
            )
        )
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else "it names no program"
        raise UsageError(f"{words[0]!r} cannot be started: {why}.", hint="Run the command by hand.") from None


def _bound_memory(pid: int, memory: int | None) -> None:
    if memory is not None and hasattr(resource, "prlimit"):
        with contextlib.suppress(OSError, ValueError):  # it has ended already, or may take less
            resource.prlimit(pid, resource.RLIMIT_AS, (memory, memory))


def _await(
    process: subprocess.Popen[bytes], *, seconds: float, files: tuple[IO[bytes], IO[bytes]], largest: int
) -> str:
    """Wait until a program has ended; gives why it must be ended, if it must."""
    deadline, look = time.monotonic() + seconds, _FIRST_LOOK
    while not _has_ended(process):
        if any(os.fstat(file.fileno()).st_size > largest for file in files):
            return f"it printed more than {largest:,} bytes"
        if time.monotonic() > deadline:
            return "it did not end in time"
        time.sleep(look)
        look = min(2 * look, _LOOK)
    is_long = any(os.fstat(file.fileno()).st_size > largest for file in files)
    return f"it printed more than {largest:,} bytes" if is_long else ""


def _has_ended(process: subprocess.Popen[bytes]) -> bool:
    if not hasattr(os, "waitid"):  # macOS before Python 3.13
        return process.poll() is not None
    # Its status is not taken yet, so its number cannot be somebody else's when the group is ended.
    with contextlib.suppress(ChildProcessError):  # SIGCHLD is ignored, and it is gone
        return os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT | os.WNOHANG) is not None
    return True


def _end_of(file: IO[bytes], *, size: int) -> bytes:
    whole = os.fstat(file.fileno()).st_size
    file.seek(max(0, whole - size))
    return file.read(size)
