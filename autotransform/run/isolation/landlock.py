"""Landlock: no file can be opened, made, written or run any more; and, as the kernel is newer, no TCP, no signals.

Source: Documentation/userspace-api/landlock.rst of the Linux kernel. The numbers of the calls are the same on every
architecture.
"""

from __future__ import annotations

import ctypes
import errno
import os
import struct

from autotransform.run.isolation import kernel

_CREATE_RULESET, _RESTRICT_SELF = 444, 446
_VERSION = 1

#: How many rights over files each version of the interface knows.
_FILE_RIGHTS = {1: 13, 2: 14, 3: 15, 4: 15}
_MOST_FILE_RIGHTS = 16
#: From these versions on it also knows of TCP (two rights), and of abstract sockets and signals (two scopes).
_WITH_TCP, _WITH_SCOPES = 4, 6


def version() -> int:
    """Tell which version of the interface the kernel speaks.

    Raises:
        OSError: None.
    """
    return kernel.call(_CREATE_RULESET, None, 0, _VERSION)


def deny_everything() -> None:
    """Handle every right that the kernel knows, and grant none.

    Raises:
        OSError: The kernel does not do it, or it does not hold.
    """
    descriptor = _ruleset(version())
    kernel.call(_RESTRICT_SELF, descriptor, 0)
    os.close(descriptor)
    _prove()


def _ruleset(reported: int) -> int:
    # A back-port may report more than it takes: step down.
    for each in range(min(reported, _WITH_SCOPES), 0, -1):
        files = (1 << _FILE_RIGHTS.get(each, _MOST_FILE_RIGHTS)) - 1
        words = [files] + [0b11] * (each >= _WITH_TCP) + [0b11] * (each >= _WITH_SCOPES)
        attributes = struct.pack(f"{len(words)}Q", *words)
        try:
            return kernel.call(
                _CREATE_RULESET, ctypes.create_string_buffer(attributes, len(attributes)), len(attributes), 0
            )
        except OSError as error:
            if error.errno not in {errno.EINVAL, errno.E2BIG}:
                raise
    raise OSError(errno.EINVAL, "the kernel takes no ruleset")


def _prove() -> None:
    try:
        descriptor = os.open("/", os.O_RDONLY)
    except PermissionError:
        return
    os.close(descriptor)
    raise OSError(0, "it is up, and files can still be opened")
