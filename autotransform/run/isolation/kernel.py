"""The calls of Linux that Python's library does not have."""

from __future__ import annotations

import ctypes
import os
import sys

#: prctl(2)
_PR_SET_PDEATHSIG, _PR_SET_DUMPABLE, _PR_SET_NO_NEW_PRIVS, _PR_GET_NO_NEW_PRIVS = 1, 4, 38, 39

IS_LINUX = sys.platform == "linux"

_libc = ctypes.CDLL(None, use_errno=True) if os.name == "posix" else None


def call(number: int, *arguments: int | ctypes.Array[ctypes.c_char] | None) -> int:
    """Make a system call.

    Raises:
        OSError: It fails, or this is not Linux.
    """
    if _libc is None or not IS_LINUX:
        raise OSError(0, "this is not Linux")
    # Every argument is as wide as a register; the C library would take plain numbers for C's `int`.
    wide = [ctypes.c_long(each) if isinstance(each, int) else each for each in arguments]
    return _checked(_libc.syscall(ctypes.c_long(number), *wide))


def die_with_parent(number: int) -> None:
    """Let the kernel send this process a signal when the one that forked it is gone."""
    _prctl(_PR_SET_PDEATHSIG, number)


def hide_from_others() -> None:
    """Let no process of the same user trace this one, or read its memory."""
    _prctl(_PR_SET_DUMPABLE, 0)


def gain_no_privileges() -> None:
    """Give up for ever what a set-user-ID program would give; Landlock and seccomp ask for it."""
    _prctl(_PR_SET_NO_NEW_PRIVS, 1)
    if _prctl(_PR_GET_NO_NEW_PRIVS) != 1:
        raise OSError(0, "the kernel says that new privileges can be had")


def _prctl(option: int, value: int = 0) -> int:
    if _libc is None or not IS_LINUX:
        raise OSError(0, "this is not Linux")
    zero = ctypes.c_ulong(0)
    return _checked(_libc.prctl(option, ctypes.c_ulong(value), zero, zero, zero))


def _checked(result: int) -> int:
    if result < 0:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    return result
