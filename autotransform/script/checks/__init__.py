"""The checks of a script beyond the allow-list: whether LibCST has what it names, and whether it walks into a trap.

Each check is a function of one `Reading` that yields problems. It speaks up only where the fault is certain: what a
check finds in a model's script is refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from autotransform.script.checks import (
    calls,
    fields,
    gate,
    members,
    metadata,
    returns,
    spelling,
    state,
    texts,
    traps,
    visitors,
)
from autotransform.script.checks.reading import read

if TYPE_CHECKING:
    import ast
    from collections.abc import Iterator

    from autotransform.script.model import Problem, Script

__all__ = ["find_faults"]

_CHECKS = (
    *visitors.CHECKS,
    *members.CHECKS,
    *fields.CHECKS,
    *calls.CHECKS,
    *metadata.CHECKS,
    *returns.CHECKS,
    *traps.CHECKS,
    *texts.CHECKS,
    *state.CHECKS,
    *spelling.CHECKS,
)


def find_faults(script: Script, *, tree: ast.Module) -> Iterator[Problem]:
    """Find what is wrong with a script, in no order."""
    reading = read(tree)
    for check in _CHECKS:
        yield from check(reading)
    yield from gate.gated_targets(script)
