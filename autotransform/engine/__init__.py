"""A script and bytes in, an outcome out. Never raises for what a script or a file does.

Pure: no files, no processes, no git. Scripts are executed here, so nothing but a worker process calls ``attempt``.
It is loaded when it is first asked for: the parent process, which only handles values, never waits for LibCST.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from autotransform.engine.cases import CaseResult, job_of, judge
from autotransform.engine.values import (
    Breach,
    Changed,
    Failed,
    FileContext,
    FileWords,
    Job,
    Outcome,
    Run,
    Site,
    Skipped,
    Unchanged,
    Word,
)

if TYPE_CHECKING:
    from autotransform.engine.audited import transform
    from autotransform.engine.transformation import attempt

__all__ = [
    "Breach",
    "CaseResult",
    "Changed",
    "Failed",
    "FileContext",
    "FileWords",
    "Job",
    "Outcome",
    "Run",
    "Site",
    "Skipped",
    "Unchanged",
    "Word",
    "attempt",
    "job_of",
    "judge",
    "transform",
]


def __getattr__(name: str) -> object:
    if name == "attempt":
        from autotransform.engine.transformation import attempt  # noqa: PLC0415 - see above

        return attempt
    if name == "transform":
        from autotransform.engine.audited import transform  # noqa: PLC0415 - see above

        return transform
    raise AttributeError(name)
