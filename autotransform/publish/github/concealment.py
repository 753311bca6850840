"""Keep a token where no program that we start can read it.

What a process was started with stands in ``/proc/PID/environ`` as long as it lives, whatever it does with its
variables, and every process of the same user can read it: the tests of a project, say. So a process that was handed a
token starts itself anew without it, and takes it from a pipe. From then on it is in memory only, which nobody else may
read.
"""

from __future__ import annotations

import ctypes
import os
import re
import sys
from typing import TYPE_CHECKING, NoReturn

if TYPE_CHECKING:
    from collections.abc import Mapping

#: What may be worth stealing; and where the runner says how to speak to GitHub's own services.
_SECRET = re.compile(
    r"(?:.*_)?(?:API_KEY|TOKEN|ACCESS_KEY|PRIVATE_KEY|CREDENTIALS|PASSWORD|SECRET)|ACTIONS_.*", re.ASCII
)
#: The descriptor on which the token waits.
_WAITING = "AUTOTRANSFORM_TOKEN_DESCRIPTOR"
_LONGEST = 1 << 12
_PR_SET_DUMPABLE = 4


def take_token(variable: str, *, environment: Mapping[str, str]) -> str:
    """Take the token that a variable holds, and leave no trace of it, nor of any other secret; empty: there is none.

    Where there is any secret, this does not return: the process starts anew, with the same arguments, and then does.

    Args:
        variable: The variable.
        environment: Of this process.
    """
    waiting = environment.get(_WAITING, "")
    if not waiting.isdecimal() and any(_is_secret(name, variable=variable) for name in environment):
        _start_anew(variable, environment=environment)
    forbid_looking()
    if not waiting.isdecimal():
        return ""
    os.environ.pop(_WAITING, None)
    with open(int(waiting), encoding="utf-8") as pipe:  # noqa: PTH123 - a descriptor, not a path
        return pipe.read(_LONGEST)


def _start_anew(variable: str, *, environment: Mapping[str, str]) -> NoReturn:
    kept = {name: value for name, value in environment.items() if not _is_secret(name, variable=variable)}
    reading, writing = os.pipe()
    os.write(writing, environment.get(variable, "").strip().encode()[:_LONGEST])
    os.close(writing)
    os.set_inheritable(reading, True)  # noqa: FBT003 - the standard library has it so
    sys.stdout.flush()
    sys.stderr.flush()
    arguments = [sys.executable, *sys.orig_argv[1:]]
    os.execve(sys.executable, arguments, {**kept, _WAITING: str(reading)})  # noqa: S606 - no shell is meant


def _is_secret(name: str, *, variable: str) -> bool:
    return name == variable or _SECRET.fullmatch(name) is not None


def forbid_looking() -> None:
    """Let no process of the same user read our memory; on Linux, the kernel has a switch for it."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)
