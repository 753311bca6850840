"""Start a worker, talk to it, end it. The only module that knows what a worker is; isolation replaces it."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import signal
import site
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

from autotransform.errors import AutoTransformError
from autotransform.run.wire import pack, read_frame

if TYPE_CHECKING:
    from autotransform.run.wire import Frame
    from autotransform.script import Script

#: Exit status by which a worker says that it ran out of memory.
OUT_OF_MEMORY = 77

#: The interpreter starts with its own library alone (``-S``): no path of the user's, no ``.pth`` file, no current
#: directory. So the worker is told where the parent's packages come from, and they stand behind the standard library.
#: Not ``-I``, which would ignore the hash seed; not ``-B``, for installers that leave compiling to the first import.
_BOOT = "import sys; sys.path += sys.argv[1:]; del sys.argv[1:]; from autotransform.run.worker import main; main()"
_FLAGS = ("-P", "-s", "-S")

#: Nothing of the parent's environment: no secret can leak out of it, and no setting can change a result.
_ENVIRONMENT = {"LC_ALL": "C.UTF-8"}

#: Seconds that a process whose connection ended is given to end by itself, so that its own status is seen.
_DYING = 2.0


class WorkerGone(Exception):  # noqa: N818 - a fact about the worker; whose fault it was is for the caller to say
    """The worker died, hung up or was killed."""


class Worker:
    """A process at the other end of a connection."""

    def __init__(self, process: subprocess.Popen[bytes], *, connection: socket.socket) -> None:
        self._process = process
        self._connection = connection
        self._lock = threading.Lock()
        self._killed = False
        #: What it was told to do jobs with; noted by whoever tells it.
        self.script: Script | None = None

    @property
    def has_more_to_say(self) -> bool:
        """Whether it said something, or hung up, without being asked."""
        try:
            self._connection.settimeout(0)
            self._connection.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return False
        except OSError:
            return True
        return True

    def send(self, frame: Frame, *, seconds: float) -> None:
        """Send a frame.

        Raises:
            WorkerGone: Nobody takes it.
            TimeoutError: It is not taken in time.
        """
        try:
            self._connection.settimeout(seconds)
            self._connection.sendall(pack(frame))
        except TimeoutError:
            raise
        except OSError as error:
            raise WorkerGone from error

    def receive(self, *, limit: int, seconds: float) -> Frame:
        """Receive one frame of at most ``limit`` bytes.

        Raises:
            WorkerGone: There is none, and there will be none.
            TimeoutError: It is not complete in time.
            ProtocolError: It is not a frame.
        """
        deadline = time.monotonic() + seconds
        try:
            return read_frame(lambda size: self._read(size, deadline=deadline), limit=limit)
        except TimeoutError:
            raise
        except OSError as error:
            raise WorkerGone from error

    def _read(self, size: int, *, deadline: float) -> bytes:
        parts = bytearray()
        while len(parts) < size:
            left = deadline - time.monotonic()
            if left <= 0:
                raise TimeoutError
            self._connection.settimeout(left)
            part = self._connection.recv(min(size - len(parts), 1 << 20))
            if not part:
                raise WorkerGone
            parts += part
        return bytes(parts)

    def kill(self) -> None:
        """End it and whatever it started, at once; from any thread, and more than once.

        Whoever talks to it meanwhile gets `WorkerGone`.
        """
        with self._lock:
            if self._killed:
                return
            self._killed = True
            # Nobody has waited for the group's leader yet, so the number cannot be somebody else's by now.
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
            # What the script started may have left the group and hold the other end: do not wait for it to hang up.
            with contextlib.suppress(OSError):
                self._connection.shutdown(socket.SHUT_RDWR)

    def bury(self) -> None:
        """Kill it and give back everything that it took."""
        self.kill()
        self._process.wait()
        self._connection.close()
        if self._process.stderr is not None:
            self._process.stderr.close()

    def autopsy(self) -> str:
        """Say how one died that is gone; it is buried afterwards."""
        ended = _has_ended(self._process.pid, seconds=_DYING)
        self.kill()
        status = self._process.wait()
        self.bury()
        return _describe(status) if ended else "it hung up without an answer"

    def last_words(self) -> tuple[str, ...]:
        """Give what one that never was ready complained about; it is killed first."""
        self.kill()
        self._process.wait()
        if self._process.stderr is None:
            return ()
        return tuple(self._process.stderr.read(1 << 16).decode(errors="replace").splitlines()[-5:])


def launch(*, seed: int = 0) -> Worker:
    """Start a worker; it waits to be greeted and told a script.

    Args:
        seed: Decides in which order sets of strings are gone through in it (``PYTHONHASHSEED``).

    Raises:
        AutoTransformError: The system starts no process.
    """
    if os.name != "posix":
        raise AutoTransformError(
            "Scripts run in worker processes, which need Linux or macOS.", hint="On Windows use WSL."
        )
    ours, theirs = socket.socketpair()
    try:
        process = subprocess.Popen(
            [sys.executable, *_FLAGS, "-c", _BOOT, *_places()],
            cwd="/",
            env={**_ENVIRONMENT, "PYTHONHASHSEED": str(seed)},
            stdin=theirs.fileno(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            # A Ctrl-C at the terminal is the parent's to handle; and the group can be killed as one.
            start_new_session=True,
        )
    except OSError as error:
        ours.close()
        raise AutoTransformError(
            f"A worker process cannot be started: {error.strerror or error}.",
            hint="Run `autotransform doctor`; with --jobs 1 fewer processes are needed.",
        ) from error
    finally:
        theirs.close()
    return Worker(process, connection=ours)


def _places() -> list[str]:
    """Give the folders from which the worker imports us and LibCST: those that the parent would use, and no others."""
    specs = [importlib.util.find_spec(name) for name in ("autotransform", "libcst", "yaml", "yaml_ft")]
    origins = [spec.origin for spec in specs if spec is not None and spec.origin]
    places = [str(Path(origin).resolve().parent.parent) for origin in origins]
    places += site.getsitepackages()
    if site.ENABLE_USER_SITE:
        places.append(site.getusersitepackages())
    return list(dict.fromkeys(places))


def _has_ended(pid: int, *, seconds: float) -> bool:
    """Tell whether a process ends by itself in time, and leave its status to be read."""
    if not hasattr(os, "waitid"):  # macOS before Python 3.13
        time.sleep(0.1)
        return True
    deadline = time.monotonic() + seconds
    while os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT | os.WNOHANG) is None:
        if time.monotonic() > deadline:
            return False
        time.sleep(0.005)
    return True


def _describe(status: int) -> str:
    if status == OUT_OF_MEMORY:
        return "it ran out of memory"
    if status == -signal.SIGKILL:
        return "it was killed by SIGKILL; most likely the system ran out of memory"
    if status < 0:
        return f"it was killed by {signal.Signals(-status).name}"
    return f"it ended itself with status {status}"
