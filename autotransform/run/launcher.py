"""The parent's side of the launcher: start it, have children forked from it, end it with all of them.

Besides `worker`, the only module that knows what processes there are.
"""

from __future__ import annotations

import atexit
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
from autotransform.run.child import Worker, WorkerGone
from autotransform.run.wire import REQUEST, Frame, pack, read_frame

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from autotransform.run.isolation import Layer

#: The interpreter starts with its own library alone (``-S``): no path of the user's, no ``.pth`` file, no current
#: directory. So it is told where the parent's packages come from, and they stand behind the standard library. Not
#: ``-I``, which would ignore the hash seed; not ``-B``, for installers that leave compiling to the first import. It
#: looks for no garbage while it loads, which would cost a seventh of the time, and what is loaded is frozen. It
#: starts over when the stack is small, because how far the main thread's can grow is settled then.
_BOOT = """
import gc, os, resource, sys
gc.disable()
stack, (soft, hard) = int(sys.argv[1]), resource.getrlimit(resource.RLIMIT_STACK)
if stack:
    resource.setrlimit(resource.RLIMIT_STACK, (min(stack, hard % (1 << 64)), hard))
    sys.orig_argv[1 - len(sys.argv)] = "0"
    os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])
sys.path += sys.argv[2:]
del sys.argv[1:], sys.orig_argv[1:]
from autotransform.tree import deferring
deferring.defer()
from autotransform.run.zygote import main
main()
"""
_FLAGS = ("-P", "-s", "-S")

#: Nothing of the parent's environment: no secret can leak out of it, and no setting can change a result.
_ENVIRONMENT = {"LC_ALL": "C.UTF-8", "TZ": "UTC0"}

#: Of the main thread's stack, in bytes: LibCST's parser recurses in native code, and so do its visitors before the
#: engine's recursion limit is reached. Only what is touched is used.
STACK = 512 << 20

#: Seconds that the launcher may take to start. Ten have been seen, with a cold disk and a busy machine.
_START = 120.0

#: Seconds that the launcher is given to end with its children.
_DYING = 2.0


class Launcher:
    """A process with LibCST loaded, from which children are forked; it is still starting when this is made."""

    def __init__(self, process: subprocess.Popen[bytes], *, control: socket.socket) -> None:
        self._process = process
        self._control = control
        self._lock = threading.Lock()
        self._report: dict[Layer, str] | None = None
        #: What it was started with.
        self.settings: tuple[object, ...] = ()

    @property
    def is_well(self) -> bool:
        """Whether nobody has killed it."""
        return self._process.poll() is None

    @property
    def report(self) -> Mapping[Layer, str]:
        """Of each layer why it does not stand; an empty text where it does. Waits until the launcher is ready.

        Raises:
            AutoTransformError: It does not start.
        """
        with self._lock:
            if self._report is None:
                try:
                    self._report = read_frame(self._control.recv).header["layers"]
                    self._control.settimeout(None)
                except (OSError, EOFError) as error:
                    raise AutoTransformError(
                        "A worker process does not start: LibCST cannot be imported, or the memory limit is too low.",
                        details=_last_words(self._process),
                        hint="Run `autotransform doctor`, and look at `memory` in [tool.autotransform].",
                    ) from error
            return self._report

    def fork(
        self,
        *,
        seconds: float,
        is_restricted: bool,
        is_scriptless: bool = False,
        needs_codecs: bool = True,
        needs_matchers: bool = False,
    ) -> Worker:
        """Have a child forked, which waits to be told what to do.

        Args:
            seconds: How long it may go on, at the very most.
            is_restricted: Whether the script's Python is restricted, as what a model wrote is.
            is_scriptless: Whether no script ever runs in it: see `worker.serve_without_script`.
            needs_codecs: Whether a file that it is told of may be in another encoding than UTF-8.
            needs_matchers: Whether it is likely to match nodes: what that takes is computed before, not in it.

        Raises:
            WorkerGone: The launcher is gone.
        """
        request = REQUEST.pack(seconds, is_restricted, is_scriptless, needs_codecs, needs_matchers)
        with contextlib.ExitStack() as unless_it_works:
            try:
                pairs = [[unless_it_works.enter_context(end) for end in socket.socketpair()] for _ in range(2)]
            except OSError as error:
                raise AutoTransformError(
                    f"No connection to a worker can be made: {error.strerror or error}.",
                    hint="Try again with --jobs 1.",
                ) from error
            (ours, theirs), (lifeline, other_end) = pairs
            try:
                with self._lock:
                    socket.send_fds(self._control, [request], [theirs.fileno(), other_end.fileno()])
            except OSError as error:
                raise WorkerGone from error
            unless_it_works.pop_all()
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
            # Its group, for whatever a script may have started or stopped where nothing keeps it from that. Nobody has
            # taken the leader's status yet, so the number cannot be somebody else's by now; where this process ignores
            # SIGCHLD, the system has.
            with contextlib.suppress(ChildProcessError, ProcessLookupError, PermissionError):
                _wait_for_end(
                    self._process.pid, seconds=_DYING
                )  # `ChildProcessError`: SIGCHLD is ignored, and it is gone
                os.killpg(self._process.pid, signal.SIGKILL)
        self._process.wait()
        self._control.close()
        if self._process.stderr is not None:
            self._process.stderr.close()


#: Launchers that have nothing to do, by what they were started with. One costs most of a second, and a command that
#: runs several things in turn needs only the first to start one.
_idle: dict[tuple[object, ...], Launcher] = {}
_idle_lock = threading.Lock()
_MOST_IDLE = 2


def take(*, layers: Iterable[Layer], memory: int, seed: int = 0) -> Launcher:
    """Give a launcher that has nothing to do, or start one; as `launch`."""
    layers = tuple(layers)
    settings = _settings(layers=layers, memory=memory, seed=seed)
    with _idle_lock:
        launcher = _idle.pop(settings, None)
    if launcher is not None and launcher.is_well:
        return launcher
    if launcher is not None:
        launcher.bury()
    started = launch(layers=layers, memory=memory, seed=seed)
    started.settings = settings
    return started


def get_ready(*, layers: Iterable[Layer], memory: int, seed: int = 0) -> None:
    """Start a launcher for whoever takes such a one next, where there is none; it gets ready while the caller goes on.

    Raises:
        AutoTransformError: The system starts no process.
    """
    layers = tuple(layers)
    settings = _settings(layers=layers, memory=memory, seed=seed)
    with _idle_lock:
        idle = _idle.get(settings)
    if idle is None or not idle.is_well:
        started = launch(layers=layers, memory=memory, seed=seed)
        started.settings = settings
        give_back(started)


def _settings(*, layers: tuple[Layer, ...], memory: int, seed: int) -> tuple[object, ...]:
    return (os.getpid(), sys.executable, *_places(), layers, memory, seed)


def give_back(launcher: Launcher) -> None:
    """Keep a launcher whose children have all been let go for whoever takes such a one next."""
    with _idle_lock:
        same = _idle.pop(launcher.settings, None)
        _idle[launcher.settings] = launcher
        oldest = _idle.pop(next(iter(_idle))) if len(_idle) > _MOST_IDLE else None
    for each in (same, oldest):
        if each is not None:
            each.bury()


@atexit.register
def bury_idle() -> None:
    """End every launcher that has nothing to do."""
    while _idle:
        _, launcher = _idle.popitem()
        if launcher.settings[0] == os.getpid():
            launcher.bury()


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
