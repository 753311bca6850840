"""Both parts in one process: for tests, and for whoever trusts the script."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autotransform.engine.audit import audit
from autotransform.engine.transformation import attempt
from autotransform.engine.values import Changed

if TYPE_CHECKING:
    from collections.abc import Mapping

    from autotransform.engine.values import Job, Outcome
    from autotransform.script import Script


def transform(
    script: Script,
    job: Job,
    *,
    arguments: tuple[tuple[str, str], ...] = (),
    builtins: Mapping[str, object] | None = None,
) -> Outcome:
    """Attempt a file, and audit it where it changed; takes what `attempt` takes."""
    outcome = attempt(script, job, arguments=arguments, builtins=builtins)
    return audit(job, outcome) if isinstance(outcome, Changed) else outcome
