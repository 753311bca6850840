"""seccomp: the dozen system calls that a loaded LibCST needs to parse, visit and print; nothing else.

Memory, reading and writing on one descriptor, and leaving. What nobody does by accident ends the process at once, so
that it is seen; everything else fails like any call that is not permitted.

Source: Documentation/userspace-api/seccomp_filter.rst of the Linux kernel, and seccomp(2).
"""

from __future__ import annotations

import ctypes
import os
import struct
from dataclasses import dataclass
from pathlib import Path

from autotransform.run.isolation import kernel

_SET_MODE_FILTER = 1
#: Without it kernels before 5.16 slow the whole process down. gVisor does not know it.
_SPEC_ALLOW = 4

_KILL, _ALLOW, _FAIL = 0x80000000, 0x7FFF0000, 0x00050001  # the last with EPERM
_LOAD, _IF_EQUAL, _IF_AT_LEAST, _IF_ANY_BIT, _RETURN = 0x20, 0x15, 0x35, 0x45, 0x06
#: Where in `struct seccomp_data` the number of the call, the architecture and the arguments stand.
_NUMBER, _ARCHITECTURE, _ARGUMENTS = 0, 4, 16
_FIRST_X32 = 0x40000000
_PROT_EXEC = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class _Machine:
    """The numbers of one architecture."""

    audit: int
    seccomp: int
    #: Allowed on the one descriptor.
    read: int
    write: int
    #: Allowed for memory that is not executable.
    mmap: int
    mprotect: int
    #: munmap, brk, rt_sigreturn, mremap, madvise, exit, restart_syscall, clock_gettime, exit_group
    allowed: tuple[int, ...]
    #: socket, socketpair, connect, execve, execveat, ptrace, unshare, setns, mount, bpf, userfaultfd, perf_event_open,
    #: io_uring_setup, process_vm_readv, process_vm_writev, kill, tkill, tgkill, memfd_create, shmget, pidfd_open
    deadly: tuple[int, ...]


_MACHINES = {
    "x86_64": _Machine(
        audit=0xC000003E,
        seccomp=317,
        read=0,
        write=1,
        mmap=9,
        mprotect=10,
        allowed=(11, 12, 15, 25, 28, 60, 219, 228, 231),
        deadly=(41, 53, 42, 59, 322, 101, 272, 308, 165, 321, 323, 298, 425, 310, 311, 62, 200, 234, 319, 29, 434),
    ),
    "aarch64": _Machine(
        audit=0xC00000B7,
        seccomp=277,
        read=63,
        write=64,
        mmap=222,
        mprotect=226,
        allowed=(215, 214, 139, 216, 233, 93, 128, 113, 94),
        deadly=(198, 199, 203, 221, 281, 117, 97, 268, 40, 280, 282, 241, 425, 270, 271, 129, 130, 131, 279, 194, 434),
    ),
}


def allow_transforming(*, descriptor: int) -> None:
    """Put the filter up, for this process and for ever.

    Args:
        descriptor: The only one that can be read and written afterwards.

    Raises:
        OSError: The kernel does not do it, or it does not hold.
    """
    machine = _MACHINES.get(os.uname().machine)
    if machine is None:
        raise OSError(0, f"no filter is known for {os.uname().machine}")
    code = _filter(machine, descriptor=descriptor)
    instructions = ctypes.create_string_buffer(code, len(code))
    header = struct.pack("HxxxxxxP", len(code) // 8, ctypes.addressof(instructions))
    program = ctypes.create_string_buffer(header, len(header))
    try:
        kernel.call(machine.seccomp, _SET_MODE_FILTER, _SPEC_ALLOW, program)
    except OSError:
        kernel.call(machine.seccomp, _SET_MODE_FILTER, 0, program)
    _prove()


def _filter(machine: _Machine, *, descriptor: int) -> bytes:
    lines = [
        *_unless_equal(_ARCHITECTURE, machine.audit, _KILL),
        (_LOAD, 0, 0, _NUMBER),
        (_IF_AT_LEAST, 0, 1, _FIRST_X32),
        (_RETURN, 0, 0, _KILL),
    ]
    for number in machine.allowed:
        lines += _when(number, [(_RETURN, 0, 0, _ALLOW)])
    for number in (machine.read, machine.write):
        lines += _when(
            number,
            [
                *_unless_equal(_ARGUMENTS + 4, 0, _FAIL),
                *_unless_equal(_ARGUMENTS, descriptor, _FAIL),
                (_RETURN, 0, 0, _ALLOW),
            ],
        )
    for number in (machine.mmap, machine.mprotect):
        executable = [(_LOAD, 0, 0, _ARGUMENTS + 2 * 8), (_IF_ANY_BIT, 0, 1, _PROT_EXEC), (_RETURN, 0, 0, _KILL)]
        lines += _when(number, [*executable, (_RETURN, 0, 0, _ALLOW)])
    for number in machine.deadly:
        lines += _when(number, [(_RETURN, 0, 0, _KILL)])
    lines.append((_RETURN, 0, 0, _FAIL))
    return b"".join(struct.pack("HBBI", *line) for line in lines)


def _when(number: int, then: list[tuple[int, int, int, int]]) -> list[tuple[int, int, int, int]]:
    """Do something for one call, whose number is loaded; what is done must return."""
    return [(_IF_EQUAL, 0, len(then), number), *then]


def _unless_equal(offset: int, value: int, action: int) -> list[tuple[int, int, int, int]]:
    return [(_LOAD, 0, 0, offset), (_IF_EQUAL, 1, 0, value), (_RETURN, 0, 0, action)]


def _prove() -> None:
    try:
        Path.cwd()  # needs no descriptor, and nothing else forbids it
    except OSError:
        return
    raise OSError(0, "it is up, and forbidden calls still succeed")
