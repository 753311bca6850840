"""Put the fences up around this process, in the one order that works, and see that they stand."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING

from autotransform.run.isolation import kernel, landlock, limits, python, seccomp

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from autotransform.run.isolation import Layer

#: Landlock needs a descriptor, which the limits forbid, and seccomp lets no other layer of the kernel's up. Python's
#: own refuses what putting the others up takes.
_ORDER: tuple[Layer, ...] = ("process", "landlock", "limits", "seccomp", "python")


class FenceError(Exception):
    """A layer does not go up, or does not hold."""

    def __init__(self, layer: Layer, error: OSError) -> None:
        self.layer = layer
        self.reason = error.strerror or str(error)
        super().__init__(f"{layer}: {self.reason}")


def put_up(layers: Iterable[Layer], *, descriptor: int, seconds: float, memory: int) -> None:
    """Put some layers up around this process; they stand until it ends.

    Args:
        layers: Which; ``python`` for the process as a whole, apart from the script's own builtins.
        descriptor: What the process may read and write afterwards.
        seconds: How long it may go on.
        memory: How much it may use, in megabytes.

    Raises:
        FenceError: One of them cannot be had; those before it stand.
    """
    wanted = set(layers)
    steps: dict[Layer, Callable[[], None]] = {
        "process": lambda: _be_alone(descriptor),
        "landlock": lambda: _fenced_by_kernel(landlock.deny_everything),
        "limits": lambda: limits.limit(seconds=seconds, memory=memory),
        "python": python.refuse_events,
        "seccomp": lambda: _fenced_by_kernel(lambda: seccomp.allow_transforming(descriptor=descriptor)),
    }
    for layer in _ORDER:
        if layer in wanted:
            try:
                steps[layer]()
            except OSError as error:
                raise FenceError(layer, error) from error


def survey(*, descriptor: int, seconds: float, memory: int) -> Iterator[tuple[Layer, str]]:
    """Put up whatever there is; gives each layer, and why it does not stand: an empty text where it does."""
    for layer in _ORDER:
        try:
            put_up([layer], descriptor=descriptor, seconds=seconds, memory=memory)
        except FenceError as error:
            yield layer, error.reason
        else:
            yield layer, ""


def _fenced_by_kernel(step: Callable[[], None]) -> None:
    kernel.gain_no_privileges()  # without it neither takes a process of no privileges
    step()


def _be_alone(descriptor: int) -> None:
    """Keep no descriptor but one, be invisible to other processes of the user, and die with the launcher."""
    os.closerange(0, descriptor)
    os.closerange(descriptor + 1, os.sysconf("SC_OPEN_MAX"))
    if not kernel.IS_LINUX:
        return
    kernel.die_with_parent(signal.SIGKILL)
    kernel.hide_from_others()
    kernel.gain_no_privileges()
