"""Who may run where the kernel fences nobody in: what a person approved, by its digest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autotransform.errors import UntrustedError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from autotransform.run.isolation import Layer
    from autotransform.script import Script


def is_fenced(report: Mapping[Layer, str]) -> bool:
    """Tell whether a script can reach nothing: seccomp alone holds it, together with a process of its own."""
    return not report["seccomp"] and not report["process"]


def require_trust(script: Script, *, report: Mapping[Layer, str], is_trusted: Callable[[Script], bool]) -> None:
    """Let a script through that the kernel fences in, or that a person trusts.

    Raises:
        UntrustedError: Neither is so.
    """
    if is_fenced(report) or is_trusted(script):
        return
    raise UntrustedError(
        f"{script.name} is not run: this system cannot fence it in ({report['seccomp'] or report['process']}), and"
        " nobody has approved this very text of it.",
        digest=script.digest,
        hint=f"Read it (`autotransform show {script.name}`), then say --trust; `autotransform doctor` tells what is"
        " missing.",
    )
