"""What is to be said of a changed file by its two texts alone: that it compiles, and which guarantees it does not keep.

A script shares its process with the engine, and one that wants to can make it say anything. So this is found out in a
process that no script has been in, and whatever is claimed about it counts for nothing.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from autotransform.engine.depth import TOO_DEEP, deep_recursion
from autotransform.engine.guarantees.breaches import find_breaches
from autotransform.engine.guarantees.likeness import renaming
from autotransform.engine.guarantees.readable import compiles, require_readable
from autotransform.engine.invariants import InvariantBroken
from autotransform.engine.values import Failed, Skipped

if TYPE_CHECKING:
    from autotransform.engine.values import Breach, Changed, Job


def audit(job: Job, changed: Changed) -> Changed | Failed | Skipped:
    """Complete what an attempt says of a changed file, or say why the file must stay as it is.

    Checks that the result compiles as far as the input did (invariant 2), and adds the warning where neither does;
    finds what is lost of comments, docstrings and names (4, 5). Of the breaches that the attempt claims only the second
    pass's stays.

    Args:
        job: What was transformed.
        changed: What an attempt says has come of it.
    """
    path = changed.path
    try:
        with deep_recursion():
            warnings, found = _looked_at(job.content, changed.after, is_package=path.endswith("__init__.py"))
    except InvariantBroken as broken:
        return Failed(path=path, reason=broken.reason, detail=broken.detail)
    except RecursionError:
        return Skipped(path=path, reason=TOO_DEEP)
    kept = {breach for breach in changed.breaches if breach.kind == "second-pass"}
    return replace(changed, warnings=(*changed.warnings, *warnings), breaches=tuple(sorted({*found, *kept})))


def _looked_at(before: bytes, after: bytes, *, is_package: bool) -> tuple[tuple[str, ...], tuple[Breach, ...]]:
    """Give the warnings about a result, and what it no longer keeps.

    Raises:
        InvariantBroken: It does not compile as far as the input did.
        RecursionError: It is nested too deeply.
    """
    names = renaming(before, after)
    if names is not None and not names and compiles(after):  # nothing differs but quotes, which lose nothing
        return (), ()
    read = require_readable(before, after)
    if read.is_foreign:
        return read.warnings, ()
    return read.warnings, find_breaches(before, after, is_package=is_package, tree=read.tree, names=names)
