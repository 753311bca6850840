"""A script and bytes in, an outcome out. Never raises for what a script or a file does.

Pure: no files, no processes, no git. Scripts are executed here, so nothing but a worker process calls ``transform``.
"""

from autotransform.engine.cases import CaseResult, job_of, judge
from autotransform.engine.transform import transform
from autotransform.engine.values import (
    Changed,
    Failed,
    FileContext,
    Job,
    Outcome,
    Run,
    Site,
    Skipped,
    Unchanged,
)

__all__ = [
    "CaseResult",
    "Changed",
    "Failed",
    "FileContext",
    "Job",
    "Outcome",
    "Run",
    "Site",
    "Skipped",
    "Unchanged",
    "job_of",
    "judge",
    "transform",
]
