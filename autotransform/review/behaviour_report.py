"""What another version of a script does otherwise, as JSON for other programs.

The keys are documented in ``docs/reference/json.md``; ``behaviour.schema.json`` beside this module says the same. What
holds of the keys of a run's report holds of these.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from autotransform.review.report import path_to_json, script_to_json
from autotransform.review.text import portable_text

if TYPE_CHECKING:
    from autotransform.engine import Failed
    from autotransform.review.behaviour import Behaviour, FileDifference
    from autotransform.review.report import Json
    from autotransform.script import Script

#: The number that goes up when a reader written for the number before would misread it.
SCHEMA = 1
_PARTS = ("newly", "no_longer", "differently", "failing", "mended")


@dataclass(frozen=True, slots=True, kw_only=True)
class Other:
    """The version that a script is compared with."""

    #: As it was typed.
    revision: str
    #: The commit that it names.
    commit: str
    script: Script
    #: In the commit.
    path: str


def behaviour_to_json(behaviour: Behaviour, *, script: Script, path: str, base: str, other: Other) -> Json:
    """Describe how two versions differ as plain values for ``json.dumps``, files in path order.

    Args:
        behaviour: What to describe.
        script: The script as it is now.
        path: Where it was found.
        base: The commit whose files were read; empty where files on disk or the index were.
        other: The version that it is compared with.
    """
    return {
        "schema": SCHEMA,
        "script": script_to_json(script, path=path),
        "against": {
            "revision": portable_text(other.revision),
            "commit": other.commit,
            "script": script_to_json(other.script, path=other.path),
        },
        "base": base or None,
        "same": behaviour.is_same,
        "counts": {**{name: len(getattr(behaviour, name)) for name in _PARTS}, "alike": behaviour.alike},
        "newly": [_difference(file) for file in behaviour.newly],
        "no_longer": [_difference(file) for file in behaviour.no_longer],
        "differently": [_difference(file) for file in behaviour.differently],
        "failing": [_failure(outcome) for outcome in behaviour.failing],
        "mended": [path_to_json(path) for path in behaviour.mended],
    }


def _difference(file: FileDifference) -> Json:
    lines = {"added": file.added, "dropped": file.dropped, "altered": file.altered}
    return {**path_to_json(file.path), **{name: [*numbers] for name, numbers in lines.items()}}


def _failure(outcome: Failed) -> Json:
    detail = portable_text(outcome.detail)
    return {**path_to_json(outcome.path), "reason": outcome.reason, "detail": detail}
