"""Texts that came of a change in another way than from a worker, looked at as what workers give is."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from autotransform.run.auditor import Auditor
from autotransform.run.crew import Crew

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from autotransform.engine.values import Changed, Job, Outcome
    from autotransform.run.values import Limits
    from autotransform.script import Script


@contextmanager
def auditing(script: Script, *, limits: Limits) -> Iterator[Callable[[Job, Changed], Outcome]]:
    """Give a function that says what is to be said of a changed file by its two texts: see `engine.audit`.

    It looks in a child in which no script ever runs; there is none before it is first called.

    Raises:
        UntrustedError: The kernel does not fence the script in, and nobody approved it.
        AutoTransformError: No child can be had.
    """
    crew = Crew(arguments=(), limits=limits, seed=0, layers=None)
    auditor = Auditor(crew)

    def audit(job: Job, changed: Changed) -> Outcome:
        crew.start()
        return auditor.audit(job, changed, script=script)

    try:
        yield audit
    finally:
        auditor.close()
        crew.bury()
