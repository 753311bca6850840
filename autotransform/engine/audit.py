"""Hold what a script's process says of a changed file against the bytes: in a process that no script has been in.

A script shares its process with the engine, and one that wants to can make it say anything. What is told by the text
before and the text after alone is found out again: that the result compiles, and which comments, docstrings and names
are lost.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from autotransform.engine.guarantees import find_breaches
from autotransform.engine.invariants import InvariantBroken, require_readable
from autotransform.engine.transformation import deep_recursion
from autotransform.engine.values import Failed

if TYPE_CHECKING:
    from collections.abc import Callable

    from autotransform.engine.values import Changed, Job


def audit(job: Job, changed: Changed, *, shown: Callable[[str], str]) -> Changed | Failed:
    """Give a changed file back, or a failure where it is not as its process says.

    Args:
        job: What was transformed.
        changed: What is said to have come of it.
        shown: Gives a text as it reads once it has come over the wire.
    """
    path = changed.path
    try:
        with deep_recursion():
            warnings, _ = require_readable(job.content, changed.after)
            found = find_breaches(job.content, changed.after, is_package=path.endswith("__init__.py"))
    except InvariantBroken as broken:
        return Failed(path=path, reason=broken.reason, detail=broken.detail)
    except RecursionError:
        return Failed(path=path, reason="protocol", detail="what came out is nested too deeply to be looked at")
    told = {breach for breach in changed.breaches if breach.kind != "second-pass"}
    if told != {replace(each, message=shown(each.message)) for each in found} or not {*warnings} <= {*changed.warnings}:
        return Failed(path=path, reason="protocol", detail="what its process says of the result is not so")
    return changed
