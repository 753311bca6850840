"""What another version of a script does otherwise, as JSON for other programs.

The keys are documented in ``docs/reference/json.md``; ``behaviour.schema.json`` beside this module says the same. What
holds of the keys of a run's report holds of these.
"""

from __future__ import annotations

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


def behaviour_to_json(
    behaviour: Behaviour,
    *,
    script: Script,
    script_path: str,
    former: Script,
    former_path: str,
    revision: str,
    commit: str,
    base: str,
) -> Json:
    """Describe how two versions differ as plain values for ``json.dumps``, files in path order.

    Args:
        behaviour: What to describe.
        script: The script as it is now.
        script_path: Where it was found.
        former: The script that it is compared with.
        former_path: Where that stands in the commit.
        revision: The revision, as it was typed.
        commit: The commit that it names.
        base: The commit whose files were read; empty where files on disk or the index were.
    """
    return {
        "schema": SCHEMA,
        "script": script_to_json(script, path=script_path),
        "against": {
            "revision": portable_text(revision),
            "commit": commit,
            "script": script_to_json(former, path=former_path),
        },
        "base": base or None,
        "same": behaviour.is_same,
        "counts": {
            "newly": len(behaviour.newly),
            "no_longer": len(behaviour.no_longer),
            "differently": len(behaviour.differently),
            "failing": len(behaviour.failing),
            "mended": len(behaviour.mended),
            "alike": behaviour.alike,
        },
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
