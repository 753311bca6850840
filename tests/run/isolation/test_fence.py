"""Each layer by itself, in a process of its own: what it keeps from happening, and that it says so when it does not."""

from __future__ import annotations

import json
import subprocess
import sys
import textwrap

import pytest

from autotransform.run.isolation import LAYERS
from autotransform.run.launcher import launch

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the layers of the kernel are Linux's")

_PROGRAM = """
import errno, json, mmap, os, resource, signal, socket, sys, time, ctypes, traceback
from autotransform.run.isolation import fence, kernel, landlock, limits, seccomp

{before}
ours, theirs = socket.socketpair()
pid = os.fork()
if pid == 0:
    ours.close()
    os.dup2(theirs.fileno(), 50)
    def told():
        try:
            fence.put_up({layers!r}, descriptor=50, seconds={seconds}, memory=1024)
        except fence.FenceError as error:
            return "not up: " + str(error)
        try:
            return str(eval({tried!r}))
        except OSError as error:
            return errno.errorcode.get(error.errno, type(error).__name__)
        except BaseException as error:
            return type(error).__name__
    try:
        os.write(50, told().encode())
    finally:
        os._exit(0)
theirs.close()
status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
print(ours.recv(1000).decode() if status == 0 else signal.Signals(-status).name)
"""


def attempt(layers: list[str], tried: str, *, before: str = "", seconds: float = 5) -> str:
    """Put layers up in a process and try something; gives what came of it."""
    program = textwrap.dedent(_PROGRAM).format(layers=layers, tried=tried, before=before, seconds=seconds)
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    return done.stdout.strip()


_HELD = {
    "landlock: opening": (["landlock"], "os.open('/etc/hostname', os.O_RDONLY)", "EACCES"),
    "landlock: listing": (["landlock"], "os.listdir('/')", "EACCES"),
    "landlock: making": (["landlock"], "os.mkdir('/dev/shm/made')", "EACCES"),
    "landlock: running": (["landlock"], "os.execv('/bin/true', ['true'])", "EACCES"),
    "limits: a descriptor": (["limits"], "socket.socket()", "EMFILE"),
    "limits: memory": (["limits"], "len(bytearray(2 << 30))", "MemoryError"),
    "limits: the processor": (["limits"], "[None for _ in iter(int, 1)]", "SIGALRM or SIGXCPU or SIGKILL"),
    "limits: sleep": (["limits"], "time.sleep(60)", "SIGALRM"),
    "limits: to be raised again": (["limits"], "resource.setrlimit(resource.RLIMIT_FSIZE, (1, 1))", "ValueError"),
    "process: another descriptor": (["process"], "os.fstat(1)", "EBADF"),
    "process: being traced": (
        ["process"],
        "open('/proc/self/status').read().count('Dumpable') or kernel._prctl(3)",
        "0",
    ),
    "process: privileges": (["process"], "kernel._prctl(39)", "1"),
    "seccomp: opening": (["seccomp"], "os.open('/etc/hostname', os.O_RDONLY)", "EPERM"),
    "seccomp: looking": (["seccomp"], "os.stat('/')", "EPERM"),
    "seccomp: a process": (["seccomp"], "os.fork()", "EPERM"),
    "seccomp: a socket": (["seccomp"], "socket.socket()", "SIGSYS"),
    "seccomp: a signal": (["seccomp"], "os.kill(os.getppid(), 0)", "SIGSYS"),
    "seccomp: another program": (["seccomp"], "os.execv('/bin/true', ['true'])", "SIGSYS"),
    "seccomp: executable memory": (["seccomp"], "mmap.mmap(-1, 4096, prot=4)", "SIGSYS"),
    "seccomp: writing elsewhere": (["seccomp"], "os.write(1, b'x')", "EPERM"),
    "seccomp: reading elsewhere": (["seccomp"], "os.read(0, 1)", "EPERM"),
    "seccomp: chance": (["seccomp"], "len(os.urandom(8))", "EPERM"),
    "python: opening": (["python"], "open('/etc/hostname')", "PermissionError"),
    "python: a process": (["python"], "os.fork()", "PermissionError"),
    "python: an import": (["python"], "__import__('antigravity')", "ImportError"),
}
_LEFT = {
    "landlock: what is open": (["landlock"], "os.write(50, b'')", "0"),
    "limits: what is open": (["limits"], "os.write(50, b'')", "0"),
    "seccomp: what it is for": (["seccomp"], "os.write(50, b'')", "0"),
    "seccomp: memory": (["seccomp"], "len(bytearray(64 << 20))", str(64 << 20)),
    "all: memory and what it is for": ([*LAYERS], "os.write(50, b'') + len(bytearray(64 << 20))", str(64 << 20)),
    "all: an error": ([*LAYERS], "1 // 0", "ZeroDivisionError"),
}


@pytest.mark.parametrize(("layers", "tried", "expected"), _HELD.values(), ids=_HELD)
def test_a_layer_holds(layers: list[str], tried: str, expected: str) -> None:
    assert attempt(layers, tried, seconds=0) in expected.split(" or ")


@pytest.mark.parametrize(("layers", "tried", "expected"), _LEFT.values(), ids=_LEFT)
def test_a_layer_leaves_what_is_needed(layers: list[str], tried: str, expected: str) -> None:
    assert attempt(layers, tried) == expected


#: Layers that say they are up and are not, and what finds it out.
_FAULTS = {
    "landlock that restricts nobody": (
        "landlock",
        "real = kernel.call; kernel.call = lambda number, *rest: 0 if number == 446 else real(number, *rest)",
        "files can still be opened",
    ),
    "seccomp whose filter allows everything": (
        "seccomp",
        "import struct; seccomp._filter = lambda *_, **__: struct.pack('HBBI', 6, 0, 0, 0x7FFF0000)",
        "forbidden calls still succeed",
    ),
    "seccomp that is not installed": (
        "seccomp",
        "kernel.call = lambda *_: 0",
        "forbidden calls still succeed",
    ),
    "limits that are not set": ("limits", "limits.cap = lambda *_: None", "descriptors can still be made"),
    "a kernel without landlock": (
        "landlock",
        "def call(number, *rest): raise OSError(errno.ENOSYS, os.strerror(errno.ENOSYS))\nkernel.call = call",
        "Function not implemented",
    ),
    "a machine that no filter is known for": (
        "seccomp",
        "real = os.uname(); os.uname = lambda: os.uname_result((*real[:4], 'riscv64'))",
        "no filter is known for riscv64",
    ),
}


@pytest.mark.parametrize(("layer", "fault", "reason"), _FAULTS.values(), ids=_FAULTS)
def test_a_layer_that_does_not_stand_says_so(layer: str, fault: str, reason: str) -> None:
    told = attempt([layer], "'it stands'", before=fault)

    assert told.startswith(f"not up: {layer}: ")
    assert reason in told


def test_a_ruleset_that_the_kernel_does_not_take_is_made_smaller() -> None:
    fault = "real = landlock.version; landlock.version = lambda: 90"

    assert attempt(["landlock"], "os.listdir('/')", before=fault) == "EACCES"


def test_a_launcher_tells_of_every_layer() -> None:
    launcher = launch(layers=LAYERS, memory=1024)
    report = dict(launcher.report)
    launcher.bury()

    assert json.loads(json.dumps(report)) == dict.fromkeys(LAYERS, "")
