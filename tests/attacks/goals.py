"""Judge, for each goal, whether an attack reached it, by what could be seen from outside."""

from __future__ import annotations

import json
import unicodedata
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.attacks.harness import Evidence

#: How many times what was allowed it takes to have exhausted something.
_TOO_MANY = 3

#: Bytes on the disk that are none of a script's business; the folder itself holds a few pages.
_DISK = 1 << 20


def how_reached(evidence: Evidence) -> str:
    """Say how an attack reached its goal; empty when it did not."""
    if evidence.trouble:
        return evidence.trouble
    return _JUDGES[evidence.attack.goal](evidence)


def is_noticed(evidence: Evidence) -> bool:
    """Tell whether the first two of several runs differ, which the product compares."""
    return len(evidence.runs) > 1 and _result(evidence.runs[0]) != _result(evidence.runs[1])


def _result(run: dict[str, dict[str, Any]]) -> dict[str, Any]:
    return run.get("attacked.py", {})


def _text(evidence: Evidence, path: str = "attacked.py") -> str:
    return json.dumps([run.get(path) for run in evidence.runs])


def _read(evidence: Evidence) -> str:
    return "the file's content is in the result" if evidence.secret in _text(evidence) else ""


def _took_secret(evidence: Evidence) -> str:
    return "the token is in the result" if evidence.token in _text(evidence) else ""


def _wrote(evidence: Evidence) -> str:
    return ", ".join(evidence.written)


def _called(evidence: Evidence) -> str:
    return ", ".join(evidence.heard)


def _stirred(evidence: Evidence) -> str:
    return ", ".join(evidence.stirred) or _took_secret(evidence)


def _exhausted(evidence: Evidence) -> str:
    if evidence.is_flooded:
        return "it flooded its parent"
    if evidence.seconds > _TOO_MANY * evidence.allowed_seconds:
        return f"it took {evidence.seconds:.1f} seconds"
    if evidence.megabytes > _TOO_MANY * evidence.allowed_megabytes:
        return f"it took {evidence.megabytes:.0f} megabytes"
    if evidence.processes > _TOO_MANY:
        return f"it had {evidence.processes} processes"
    if evidence.disk > _DISK:
        return f"it wrote {evidence.disk} bytes"
    return ", ".join(evidence.stirred)


def _changed_later(evidence: Evidence) -> str:
    answer = evidence.runs[0].get("later.py")
    if answer is None:
        return "there is no result for the file after it"
    if answer.get("kind") == "changed" and answer["after"].encode("latin-1") == evidence.honest["later.py"]:
        return ""
    return f"another result for the file after it: {json.dumps(answer)[:200]}"


def _forged(evidence: Evidence) -> str:
    if evidence.is_flooded:
        return "it flooded its parent"
    own = evidence.runs[0].get("attacked.py", {})
    if any(unicodedata.category(sign) in {"Cc", "Cf"} and sign != "\n" for sign in _shown(own)):
        return "what is shown steers the terminal"
    if any(abs(number) > 1 << 40 for number in _numbers(own)):
        return "a number is out of all proportion"
    return _changed_later(evidence)


def _shown(answer: object) -> str:
    """Give every text of an answer that a person is shown."""
    if isinstance(answer, dict):
        return "".join(_shown(value) for key, value in answer.items() if key != "after")
    if isinstance(answer, list):
        return "".join(map(_shown, answer))
    return answer if isinstance(answer, str) else ""


def _numbers(answer: object) -> list[float]:
    if isinstance(answer, dict):
        return [number for value in answer.values() for number in _numbers(value)]
    if isinstance(answer, list):
        return [number for value in answer for number in _numbers(value)]
    return [answer] if isinstance(answer, int | float) else []


def _reached_other(evidence: Evidence) -> str:
    for path in ("neighbour.py", "attacked.py"):
        for other, word in evidence.words.items():
            if other != path and word in _text(evidence, path):
                return f"the content of {other} is in the result of {path}"
    return _changed_later(evidence)


def _differs(evidence: Evidence) -> str:
    results = [_result(run) for run in evidence.runs]
    return "" if all(result == results[0] for result in results) else "results of the same file differ"


_JUDGES: dict[str, Callable[[Evidence], str]] = {
    "read": _read,
    "secret": _took_secret,
    "write": _wrote,
    "network": _called,
    "processes": _stirred,
    "exhaust": _exhausted,
    "die": _changed_later,
    "poison": _changed_later,
    "forge": _forged,
    "other": _reached_other,
    "observe": _differs,
    "waver": _differs,
    "escape": _read,
}
