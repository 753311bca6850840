"""The fences around a process in which a script runs: what it can still do is transform the files that it is given.

Each layer stands by itself and proves itself when it goes up. ``process`` and ``limits`` need POSIX, ``landlock`` and
``seccomp`` a Linux kernel, ``python`` nothing.
"""

from __future__ import annotations

from typing import Literal, TypeAlias, get_args

#: ``python``: an allow-list for imports, few builtins, and Python's own audit events; ``process``: a child of
#: its own, with no environment and no descriptor but one; ``limits``: of the system, for time, memory, files and
#: processes; ``landlock``: no file; ``seccomp``: a dozen system calls.
Layer: TypeAlias = Literal["python", "process", "limits", "landlock", "seccomp"]

#: Every one; in which order they go up is a matter of `fence`.
LAYERS: tuple[Layer, ...] = get_args(Layer)
