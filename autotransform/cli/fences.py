"""What stands between a script and everything else on this system, in words."""

from __future__ import annotations

import errno
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from autotransform.errors import AutoTransformError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from autotransform.cli.session import Session
    from autotransform.run.isolation import Layer


@dataclass(frozen=True, slots=True, kw_only=True)
class Fence:
    """One layer, or what all of them come to."""

    stands: bool
    what: str
    #: What follows where it does not stand.
    consequence: str = ""


#: What each layer is called, and what it does.
_WORDS: dict[Layer, tuple[str, str]] = {
    "python": ("restricted Python", "what a model wrote has few builtins and may import little"),
    "process": ("process", "each file in a process of its own, with no environment and one connection"),
    "limits": ("limits", "of time, memory, files and processes"),
    "landlock": ("Landlock", "no file can be opened"),
    "seccomp": ("seccomp", "no file, network, process or signal: a dozen system calls are left"),
}

#: What the kernel's short words mean.
_REASONS = {
    os.strerror(errno.ENOSYS): "this kernel does not have it",
    os.strerror(errno.EINVAL): "this kernel does not have it",
    os.strerror(errno.EOPNOTSUPP): "this kernel has it, and it was switched off when the system started",
    os.strerror(errno.EPERM): "something here forbids it, most likely the container",
    os.strerror(errno.EACCES): "something here forbids it, most likely the container",
}


def survey() -> Mapping[Layer, str]:
    """Put every layer up once, in a process made for that; gives why each does not stand.

    Raises:
        AutoTransformError: No process can be started for it.
    """
    from autotransform.config import Config  # noqa: PLC0415
    from autotransform.run.isolation import LAYERS  # noqa: PLC0415
    from autotransform.run.launcher import launch  # noqa: PLC0415

    launcher = launch(layers=LAYERS, memory=Config().memory)
    try:
        return launcher.report
    finally:
        launcher.bury()


def find_fences(session: Session) -> Iterator[Fence]:
    """Tell which layers stand, and what that comes to.

    Raises:
        AutoTransformError: No process can be started to try them.
    """
    yield Fence(stands=True, what="static check: what a model wrote has to pass it before it runs")
    report = survey()
    yield from (_fence_of(layer, report) for layer in _WORDS)
    yield _conclusion(session, report)


def _fence_of(layer: Layer, report: Mapping[Layer, str]) -> Fence:
    name, does = _WORDS[layer]
    if reason := report[layer]:
        what = f"no {name}: {_REASONS.get(reason, reason)}"
        return Fence(stands=False, what=what, consequence=_open_for_lack_of(layer, report))
    return Fence(stands=True, what=f"{name}{_version_of(layer)}: {does}")


def _open_for_lack_of(layer: Layer, report: Mapping[Layer, str]) -> str:
    if layer == "landlock" and not report["seccomp"]:
        return "Nothing is open for lack of it: seccomp keeps files shut by itself."
    return {
        "python": "What a script tries is found out by the other layers alone.",
        "process": "A script could reach whatever the process holds that it runs in.",
        "limits": "A script may take memory and start processes until its time for the file is over.",
        "landlock": "A script could read and change your files.",
        "seccomp": "A script could reach the network and your other processes.",
    }[layer]


def _version_of(layer: Layer) -> str:
    from autotransform.run.isolation import landlock  # noqa: PLC0415

    return f" (version {landlock.version()} of its interface)" if layer == "landlock" else ""


def _conclusion(session: Session, report: Mapping[Layer, str]) -> Fence:
    from autotransform.run.trust import is_fenced  # noqa: PLC0415

    if is_fenced(report):
        return Fence(
            stands=True, what="so scripts are fenced in: they can do nothing but transform what they are given"
        )
    try:
        folder = _at_home(str(session.trust.approvals.check()))
    except AutoTransformError as error:
        consequence = f"{error.message} {error.hint}"
    else:
        consequence = f"The catalogue's need no approval. What you approve is remembered in {folder}."
    what = "so scripts are not fenced in: each runs only once you have read and approved it, or with --trust"
    return Fence(stands=False, what=what, consequence=consequence)


def _at_home(path: str) -> str:
    home = os.environ.get("HOME", "")
    return f"~{path.removeprefix(home)}" if home and path.startswith(f"{home}/") else path
