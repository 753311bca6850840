"""The parent's side: start the launcher, have children forked from it, talk to them, end them.

The only module that knows what a worker is.
"""

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
from autotransform.run.wire import REQUEST, STATUS, Frame, pack, read_frame, reader

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from autotransform.run.isolation import Layer

#: Exit statuses of a child that have a meaning of their own.
OUT_OF_MEMORY, NOT_FENCED = 77, 71

#: The interpreter starts with its own library alone (``-S``): no path of the user's, no ``.pth`` file, no current
#: directory. So it is told where the parent's packages come from, and they stand behind the standard library. Not
#: ``-I``, which would ignore the hash seed; not ``-B``, for installers that leave compiling to the first import. It
#: starts over when the stack is small, because how far the main thread's can grow is settled then.
_BOOT = """
import os, resource, sys
stack, (soft, hard) = int(sys.argv[1]), resource.getrlimit(resource.RLIMIT_STACK)
if stack:
    resource.setrlimit(resource.RLIMIT_STACK, (min(stack, hard % (1 << 64)), hard))
    sys.orig_argv[1 - len(sys.argv)] = "0"
    os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])
sys.path += sys.argv[2:]
del sys.argv[1:]
from autotransform.run.zygote import main
main()
"""
_FLAGS = ("-P", "-s", "-S")

#: Nothing of the parent's environment: no secret can leak out of it, and no setting can change a result.
_ENVIRONMENT = {"LC_ALL": "C.UTF-8"}

#: Of the main thread's stack, in bytes: LibCST's parser recurses in native code, and so do its visitors before the
#: engine's recursion limit is reached. Only what is touched is used.
STACK = 512 << 20

#: Seconds that the launcher may take to start. Ten have been seen, with a cold disk and a busy machine.
_START = 120.0

#: Seconds that a child whose connection ended is given to end by itself, so that its own status is seen.
_DYING = 2.0


class WorkerGone(Exception):  # noqa: N818 - a fact about the worker; whose fault it was is for the caller to say
    """The worker died, hung up or was killed."""


class Worker:
    """A child at the other end of a connection, and the lifeline on which the launcher tells how it ended."""

    def __init__(self, *, connection: socket.socket, lifeline: socket.socket) -> None:
        self._connection = connection
        self._lifeline = lifeline
        self._lock = threading.Lock()
        self._is_buried = False

    def send(self, *frames: Frame, seconds: float) -> None:
        """Send frames.

        Raises:
            WorkerGone: Nobody takes them.
            TimeoutError: They are not taken in time.
        """
        try:
            self._connection.settimeout(seconds)
            self._connection.sendall(b"".join(map(pack, frames)))
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

    def hang_up(self) -> None:
        """Tell it that nothing more comes, so that it ends by itself."""
        with contextlib.suppress(OSError):
            self._connection.shutdown(socket.SHUT_WR)

    def kill(self) -> None:
        """End it at once; from any thread, and more than once. Whoever talks to it meanwhile gets `WorkerGone`."""
        with self._lock:
            if not self._is_buried:
                for each in (self._lifeline, self._connection):
                    with contextlib.suppress(OSError):
                        each.shutdown(socket.SHUT_RDWR)

    def bury(self) -> None:
        """Kill it and give back everything that it took."""
        self.kill()
        with self._lock:
            self._is_buried = True
            self._connection.close()
            self._lifeline.close()

    def autopsy(self) -> str:
        """Say how one ended that is gone."""
        try:
            self._lifeline.settimeout(_DYING)
            told = self._lifeline.recv(STATUS.size)
        except TimeoutError:
            return "it hung up without an answer"
        except OSError:
            told = b""
        return _describe(STATUS.unpack(told)[0]) if len(told) == STATUS.size else "its launcher is gone"


class Launcher:
    """A process with LibCST loaded, from which children are forked; it is still starting when this is made."""

    def __init__(self, process: subprocess.Popen[bytes], *, control: socket.socket) -> None:
        self._process = process
        self._control = control
        self._lock = threading.Lock()
        self._report: dict[Layer, str] | None = None

    @property
    def report(self) -> Mapping[Layer, str]:
        """Of each layer why it does not stand; an empty text where it does. Waits until the launcher is ready.

        Raises:
            AutoTransformError: It does not start.
        """
        with self._lock:
            if self._report is None:
                try:
                    self._report = read_frame(reader(self._control)).header["layers"]
                    self._control.settimeout(None)
                except (OSError, EOFError) as error:
                    raise AutoTransformError(
                        "A worker process does not start: LibCST cannot be imported, or the memory limit is too low.",
                        details=_last_words(self._process),
                        hint="Run `autotransform doctor`, and look at `memory` in [tool.autotransform].",
                    ) from error
            return self._report

    def fork(self, *, seconds: float, is_restricted: bool, is_audit: bool = False) -> Worker:
        """Have a child forked, which waits to be told a script and jobs, or a job and its outcome.

        Args:
            seconds: How long it may go on, at the very most.
            is_restricted: Whether the script's Python is restricted, as what a model wrote is.
            is_audit: Whether it is told what came of a job, and no script.

        Raises:
            WorkerGone: The launcher is gone.
        """
        ours, theirs = socket.socketpair()
        lifeline, other_end = socket.socketpair()
        request = REQUEST.pack(seconds, is_restricted, is_audit)
        try:
            with self._lock:
                socket.send_fds(self._control, [request], [theirs.fileno(), other_end.fileno()])
        except OSError as error:
            ours.close()
            lifeline.close()
            raise WorkerGone from error
        finally:
            theirs.close()
            other_end.close()
        return Worker(connection=ours, lifeline=lifeline)

    def kill(self) -> None:
        """Let it end with every child, at once; from any thread, and more than once."""
        with contextlib.suppress(OSError):
            self._control.shutdown(socket.SHUT_RDWR)

    def bury(self) -> None:
        """Kill it and give back everything that it took; every child is dead afterwards."""
        self.kill()
        if self._process.returncode is None:
            _wait_for_end(self._process.pid, seconds=_DYING)
            # Its group, for whatever a script may have started or stopped where nothing keeps it from that. Nobody has
            # taken the leader's status yet, so the number cannot be somebody else's by now.
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._control.close()
        if self._process.stderr is not None:
            self._process.stderr.close()


def launch(*, layers: Iterable[Layer], memory: int, seed: int = 0) -> Launcher:
    """Start a launcher.

    Args:
        layers: With which its children are fenced, as far as the system has them.
        memory: What a child may use, in megabytes.
        seed: Decides in which order sets of strings are gone through in them (``PYTHONHASHSEED``).

    Raises:
        AutoTransformError: The system starts no process.
    """
    if os.name != "posix":
        raise AutoTransformError(
            "Scripts run in worker processes, which need Linux or macOS.", hint="On Windows use WSL."
        )
    control, theirs = socket.socketpair()
    try:
        process = _start(theirs, seed=seed)
    except AutoTransformError:
        control.close()
        raise
    control.settimeout(_START)
    with contextlib.suppress(OSError):  # it is gone already; whoever asks for its report hears of it
        control.sendall(pack(Frame(header={"memory": memory, "layers": [*layers]})))
    return Launcher(process, control=control)


def _start(theirs: socket.socket, *, seed: int) -> subprocess.Popen[bytes]:
    try:
        return subprocess.Popen(
            [sys.executable, *_FLAGS, "-c", _BOOT, str(STACK), *_places()],
            cwd="/",
            env={**_ENVIRONMENT, "PYTHONHASHSEED": str(seed)},
            stdin=theirs.fileno(),
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            # A Ctrl-C at the terminal is the parent's to handle; and the group can be killed as one.
            start_new_session=True,
        )
    except OSError as error:
        raise AutoTransformError(
            f"A worker process cannot be started: {error.strerror or error}.", hint="Run `autotransform doctor`."
        ) from error
    finally:
        theirs.close()


def _last_words(process: subprocess.Popen[bytes]) -> tuple[str, ...]:
    """Give what one that never was ready complained about; it is killed first."""
    process.kill()
    if process.stderr is None:
        return ()
    return tuple(process.stderr.read(1 << 16).decode(errors="replace").splitlines()[-5:])


def _places() -> list[str]:
    """Give the folders from which we and LibCST are imported: those that the parent would use, and no others."""
    specs = [importlib.util.find_spec(name) for name in ("autotransform", "libcst", "yaml", "yaml_ft")]
    origins = [spec.origin for spec in specs if spec is not None and spec.origin]
    places = [str(Path(origin).resolve().parent.parent) for origin in origins]
    places += site.getsitepackages()
    if site.ENABLE_USER_SITE:
        places.append(site.getusersitepackages())
    return list(dict.fromkeys(places))


def _wait_for_end(pid: int, *, seconds: float) -> None:
    """Wait until a process has ended, or not longer, and leave its status to be taken."""
    if not hasattr(os, "waitid"):  # macOS before Python 3.13
        time.sleep(0.1)
        return
    deadline = time.monotonic() + seconds
    while os.waitid(os.P_PID, pid, os.WEXITED | os.WNOWAIT | os.WNOHANG) is None and time.monotonic() < deadline:
        time.sleep(0.002)


def _describe(status: int) -> str:
    known = {
        OUT_OF_MEMORY: "it ran out of memory",
        NOT_FENCED: "its fences could not be put up",
        -signal.SIGKILL: "it was killed by SIGKILL; most likely the system ran out of memory",
        -signal.SIGSYS: "it was ended at a system call that no transform needs: it tried more, or broke down (SIGSYS)",
        -signal.SIGALRM: "it took too long (SIGALRM)",
        -signal.SIGXCPU: "it took too long (SIGXCPU)",
    }
    if status in known:
        return known[status]
    return f"it was killed by {signal.Signals(-status).name}" if status < 0 else f"it ended itself with status {status}"
