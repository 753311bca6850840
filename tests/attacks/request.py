"""What a host is asked to do, and what it was told."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from autotransform.engine.values import FileContext, Job

if TYPE_CHECKING:
    from autotransform.script import Script


@dataclass(frozen=True, kw_only=True)
class Step:
    """One script over some files, ``(path, content)``."""

    script: Script
    files: tuple[tuple[str, bytes], ...]

    @property
    def jobs(self) -> tuple[Job, ...]:
        """The files as the product takes them."""
        return tuple(Job(context=FileContext(path=path), content=content) for path, content in self.files)


@dataclass(kw_only=True)
class Told:
    """What became of the files, as the parent understood it."""

    #: By path; the first answer about a file counts.
    answers: dict[str, dict[str, Any]] = field(default_factory=dict)
    #: Seconds from the first job to the end of the attack's own step.
    seconds: float = 0.0
    is_flooded: bool = False
    #: What the parent itself could not cope with.
    trouble: str = ""
