"""What a commit of ours says about how it was made: written as trailers, and read back from them."""

from __future__ import annotations

import json
import platform
import re
from dataclasses import dataclass, replace
from importlib.metadata import version
from typing import TYPE_CHECKING, Any

from autotransform import __version__
from autotransform.review.decisions import write_decisions

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from autotransform.repository import CommitInfo
    from autotransform.review.decisions import Decisions
    from autotransform.run import Selection
    from autotransform.script import Script

SCRIPT_TRAILER = "AutoTransform-Script"
BASE_TRAILER = "AutoTransform-Base"
INPUTS_TRAILER = "AutoTransform-Inputs"

#: The inputs that say what a branch is for, and how people call them.
PURPOSE = {"paths": "PATHS", "arguments": "arguments", "entry": "class"}

_DIGEST_MARK = " sha256:"

_ID = re.compile(r"[0-9a-f]{40}|[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """How a commit of ours was made; enough to make it again."""

    #: Where the branch holds the script.
    script_path: str
    #: SHA-256 of the script, in hex.
    digest: str
    #: The commit that was read, in hex.
    base: str
    #: Every input that affects bytes: see ``record_inputs``.
    inputs: Mapping[str, Any]

    def __str__(self) -> str:
        # ASCII alone, keys in order, no spaces: the same inputs are the same line.
        inputs = json.dumps(self.inputs, sort_keys=True, separators=(",", ":"))
        return (
            f"{SCRIPT_TRAILER}: {self.script_path}{_DIGEST_MARK}{self.digest}\n"
            f"{BASE_TRAILER}: {self.base}\n"
            f"{INPUTS_TRAILER}: {inputs}"
        )

    def of_part(self, part: Mapping[str, Any] | None) -> Record:
        """Give the record of one part of what this is the record of."""
        return replace(self, inputs={**self.inputs, "part": dict(part) if part else None})

    def differences(self, other: Record) -> tuple[str, ...]:
        """Say in what the purpose of two records differs: what was asked for, not which versions did it."""
        pairs = [(name, self.inputs.get(key), other.inputs.get(key)) for key, name in PURPOSE.items()]
        pairs += [
            ("formatter", _program(self.inputs.get("formatter")), _program(other.inputs.get("formatter"))),
            ("division", _division(self.inputs.get("part")), _division(other.inputs.get("part"))),
        ]
        return tuple(f"{name} then: {_shown(then)}; now: {_shown(now)}" for name, then, now in pairs if then != now)


def make_record(
    script: Script,
    selection: Selection,
    *,
    script_path: str,
    arguments: tuple[tuple[str, str], ...] = (),
    strict: bool = False,
    is_gated: bool = True,
    formatter: Mapping[str, str] | None = None,
    dropped: Sequence[str] = (),
    part: Mapping[str, Any] | None = None,
    refused: Decisions | None = None,
) -> Record:
    """Note how a run of the script over the selection is made.

    ``formatter`` is ``name`` or ``command``, and ``version``; ``dropped`` what the project's own tests did not bear;
    ``part`` is ``by``, ``name``, ``minimum`` and ``maximum`` of the part that this is, or ``None``: it is all;
    ``refused`` what a person refused of it.
    """
    inputs = selection.inputs
    noted = {
        "paths": sorted(set(inputs.paths)),
        "include": list(inputs.include),
        "exclude": list(inputs.exclude),
        "source_roots": list(inputs.source_roots),
        "arguments": [list(pair) for pair in arguments],
        "entry": script.entry,
        "strict": strict,
        "formatter": dict(formatter) if formatter else None,
        "dropped": sorted(set(dropped)),
        "part": dict(part) if part else None,
        "refused": write_decisions(refused) if refused else [],
        "autotransform": __version__,
        "libcst": version("libcst"),
        "python": platform.python_version(),
    }
    if not is_gated and script.gate is not None:
        noted["gate"] = (
            False  # of a script that is right it changes nothing, so it is seldom given, and noted then alone
        )
    return Record(script_path=script_path, digest=script.digest, base=selection.base, inputs=noted)


def read_record(commit: CommitInfo) -> Record | None:
    """Read how a commit was made; ``None`` when it is not one of ours."""
    found = {key: commit.trailers.get(key, ()) for key in (SCRIPT_TRAILER, BASE_TRAILER, INPUTS_TRAILER)}
    if any(len(values) != 1 for values in found.values()):
        return None
    path, mark, digest = found[SCRIPT_TRAILER][0].rpartition(_DIGEST_MARK)
    try:
        inputs = json.loads(found[INPUTS_TRAILER][0])
    except (ValueError, RecursionError):
        return None
    # The base goes to git as a name of a commit: it is an id, and nothing else that git would understand.
    if not mark or not isinstance(inputs, dict) or not _ID.fullmatch(found[BASE_TRAILER][0]):
        return None
    return Record(script_path=path, digest=digest, base=found[BASE_TRAILER][0], inputs=inputs)


def _program(noted: object) -> object:
    """Give what of a formatter is a matter of choice: not its version."""
    return (noted.get("name") or noted.get("command")) if isinstance(noted, dict) else noted


def _division(noted: object) -> object:
    return noted.get("by") if isinstance(noted, dict) else noted


def _shown(value: object) -> str:
    if isinstance(value, list):
        pairs = ["=".join(map(str, item)) if isinstance(item, list) else str(item) for item in value]
        return " ".join(pairs) or "none"
    return "none" if value is None else str(value)
