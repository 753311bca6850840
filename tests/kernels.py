"""Run a command as on a kernel that lacks Landlock, seccomp, or both.

    python tests/kernels.py landlock,seccomp autotransform doctor

A filter of seccomp itself, put up first, lets the calls fail as a kernel does that never heard of them; every process
that the command starts is behind it as well.
"""

from __future__ import annotations

import ctypes
import errno
import os
import platform
import struct
import sys

#: As in seccomp(2) and prctl(2).
_PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS, _MODE_FILTER = 22, 38, 2
_ALLOW, _FAIL = 0x7FFF0000, 0x00050000
_LOAD, _IF_EQUAL, _RETURN = 0x20, 0x15, 0x06
#: Where the number of the call, the architecture and the first argument stand in `struct seccomp_data`.
_NUMBER, _ARCHITECTURE, _FIRST = 0, 4, 16

#: Of each architecture: how the kernel calls it, and the numbers of seccomp(2) and prctl(2).
_MACHINES = {"x86_64": (0xC000003E, 317, 157), "aarch64": (0xC00000B7, 277, 167)}
#: The same everywhere.
_LANDLOCK = (444, 445, 446)

_Line = tuple[int, int, int, int]


def can_pretend() -> bool:
    """Tell whether this system can do that at all."""
    return sys.platform == "linux" and platform.machine() in _MACHINES


def lack(what: set[str]) -> None:
    """Let this process, and every process that it becomes or starts, do without some of the kernel."""
    architecture, seccomp, prctl = _MACHINES[platform.machine()]
    lines: list[_Line] = [(_LOAD, 0, 0, _ARCHITECTURE), (_IF_EQUAL, 1, 0, architecture), (_RETURN, 0, 0, _ALLOW)]
    lines.append((_LOAD, 0, 0, _NUMBER))
    if "landlock" in what:
        lines += [line for number in _LANDLOCK for line in _fail(number, errno.ENOSYS)]
    if "seccomp" in what:
        lines += _fail(seccomp, errno.ENOSYS)
        lines += [(_IF_EQUAL, 0, 3, prctl), (_LOAD, 0, 0, _FIRST), *_fail(_PR_SET_SECCOMP, errno.EINVAL)]
    lines.append((_RETURN, 0, 0, _ALLOW))
    _put_up(b"".join(struct.pack("HBBI", *line) for line in lines))


def _fail(number: int, error: int) -> list[_Line]:
    return [(_IF_EQUAL, 0, 1, number), (_RETURN, 0, 0, _FAIL | error)]


def _put_up(code: bytes) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    instructions = ctypes.create_string_buffer(code, len(code))
    program = ctypes.create_string_buffer(struct.pack("HxxxxxxP", len(code) // 8, ctypes.addressof(instructions)))
    zero = ctypes.c_ulong(0)
    for option, value, pointer in (
        (_PR_SET_NO_NEW_PRIVS, 1, zero),
        (_PR_SET_SECCOMP, _MODE_FILTER, ctypes.byref(program)),
    ):
        if libc.prctl(option, ctypes.c_ulong(value), pointer, zero, zero):
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))


if __name__ == "__main__":
    lack(set(sys.argv[1].split(",")))
    os.execvp(sys.argv[2], sys.argv[2:])
