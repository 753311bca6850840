"""Who may run where the kernel fences nobody in: what a person approved, by its digest, and what is ours."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING

from autotransform.errors import ScriptError, UntrustedError
from autotransform.run.approvals import Approvals
from autotransform.run.lookup import find_catalogue
from autotransform.script import parse

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from autotransform.run.isolation import Layer
    from autotransform.script import Script

#: Without these nothing holds a script.
_NEEDED: tuple[Layer, ...] = ("process", "seccomp")


class Trust:
    """What may run where nothing fences it in, for one command; a `Limits.is_trusted`.

    That is: everything, where the person said so for this command; what the person approved before; what comes with us;
    and what was vouched for. What a script says of itself never counts.
    """

    def __init__(self, approvals: Approvals | None = None, *, is_given: bool = False) -> None:
        self.approvals = approvals or Approvals()
        self._is_given = is_given
        self._known: set[str] = set()

    def __call__(self, script: Script) -> bool:
        """Tell whether a script may run.

        Raises:
            UsageError: The approvals cannot be relied upon.
        """
        digest = script.digest
        if self._is_given or digest in self._known:
            return True
        if digest in catalogue_digests() or self.approvals.find(digest):
            self._known.add(digest)
        return digest in self._known

    def vouch(self, digest: str) -> None:
        """Let a text run in this command, because it is known who wrote it."""
        self._known.add(digest)


def is_fenced(report: Mapping[Layer, str]) -> bool:
    """Tell whether a script can reach nothing: seccomp alone holds it, together with a process of its own."""
    return not any(report[layer] for layer in _NEEDED)


def require_trust(script: Script, *, report: Mapping[Layer, str], is_trusted: Callable[[Script], bool]) -> None:
    """Let a script through that the kernel fences in, or that a person trusts.

    Raises:
        UntrustedError: Neither is so.
    """
    if is_fenced(report) or is_trusted(script):
        return
    missing = " and ".join(layer for layer in _NEEDED if report[layer])
    raise UntrustedError(
        f"{script.name} is not run: this system has no {missing} that would hold it, and nobody has approved this very"
        " text of it.",
        digest=script.digest,
        hint=f"Read it (`autotransform show {script.name}`), then say --trust; `autotransform doctor` tells what is"
        " missing.",
    )


@functools.cache
def catalogue_digests() -> frozenset[str]:
    """Give the digests of the transforms that came with us, as they are installed."""
    folder = find_catalogue()
    digests = set()
    for file in sorted(folder.glob("*.py")) if folder is not None else ():
        try:
            digests.add(parse(file.read_bytes(), name=file.stem).digest)
        except ScriptError:  # a half-written one in a checkout of ours; it cannot run anyway
            continue
    return frozenset(digests)
