"""A change that a person refused, as a case of the script: this must not change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autotransform.publish.gate.offences import Offence, find_failing_case
from autotransform.review.decisions import compose, find_units

if TYPE_CHECKING:
    from collections.abc import Collection

    from autotransform.review.hunks import FileChange
    from autotransform.run import Limits
    from autotransform.script import Case, Script

_NAME = "must stay as it is"


def find_negative_case(
    script: Script,
    change: FileChange,
    *,
    keys: Collection[str],
    arguments: tuple[tuple[str, str], ...] = (),
    limits: Limits | None = None,
) -> Case | None:
    """Find the smallest piece around some changes of a file that the script changes, as a case that must not change.

    It fails with the script as it is, and passes once that leaves the piece alone.

    Args:
        script: As it was run.
        change: The file, with all that the script did to it.
        keys: Of the changes, as `change_keys` gives them.
        arguments: Of the script's own ``add_args``.
        limits: For the workers.

    Returns:
        ``None`` where the script changes no piece by itself.

    Raises:
        AutoTransformError: Workers cannot be started.
    """
    units = find_units(change)
    chosen = [(unit, unit.removed if set(keys).isdisjoint(unit.keys) else unit.added) for unit in units]
    offence = Offence(path=change.path, before=change.before, after=compose(change.before, chosen))
    return find_failing_case(script, offence, arguments=arguments, limits=limits, name=_NAME)
