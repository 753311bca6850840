"""What the static check said of scripts that may run, remembered for the user alone.

The check looks names up in LibCST, which takes long to import. So a child says what it finds, forked from the very
launcher that the run will need. What it says of a text hangs on that text, LibCST and our own code. Kept beside the
approvals, where no repository can put anything; whatever cannot be kept or read there is checked again.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from dataclasses import replace
from typing import TYPE_CHECKING

from autotransform.errors import UsageError
from autotransform.run.approvals import Approvals
from autotransform.run.auditor import Auditor
from autotransform.run.crew import Crew
from autotransform.run.disk import read_plain
from autotransform.run.fingerprint import fingerprint
from autotransform.run.values import Limits
from autotransform.script import Problem
from autotransform.script.static_check import require_no_problems

if TYPE_CHECKING:
    from autotransform.script import Script

_FILE = "checked"
#: How many scripts are remembered; the oldest go first.
_MOST = 500
_LARGEST = 1 << 20
#: Characters of what was said of one; of what has more to be said, it is said anew.
_LONGEST = 2_000
#: Seconds that it may take at the least, whatever a file may take.
_PATIENCE = 60.0


def require_checked(script: Script, *, limits: Limits | None = None) -> tuple[Problem, ...]:
    """Give what `require_safe` gives, and do not look again at what a person has been told of.

    Args:
        script: Which; it is not executed.
        limits: With which it is run afterwards.

    Raises:
        ScriptError: A model wrote the script, and the static check finds something.
        AutoTransformError: No process can be had.
    """
    approvals = Approvals()
    key = _key(script)
    known = _read(approvals)
    if key in known:
        with contextlib.suppress(ValueError, TypeError):
            return tuple(
                Problem(line=line, code=code, message=message) for line, code, message in json.loads(known[key])
            )
    problems = _find_problems(script, limits=limits or Limits())
    require_no_problems(script, problems)
    said = json.dumps([(each.line, each.code, each.message) for each in problems])
    if len(said) <= _LONGEST:
        lines = [f"{each} {what}\n" for each, what in {**known, key: said}.items()]
        with contextlib.suppress(UsageError):
            approvals.write(_FILE, "".join(lines[-_MOST:]))
    return problems


def _find_problems(script: Script, *, limits: Limits) -> tuple[Problem, ...]:
    patient = replace(limits, timeout=max(limits.timeout, _PATIENCE))
    crew = Crew(arguments=(), limits=patient, seed=0, layers=None)
    auditor = Auditor(crew)
    try:
        crew.start()
        return auditor.check(script).problems
    finally:
        auditor.close()
        crew.bury()


def _read(approvals: Approvals) -> dict[str, str]:
    """Give of each script what was said, oldest first."""
    try:
        lines = read_plain(str(approvals.check() / _FILE), largest=_LARGEST).decode("ascii").splitlines()
    except (OSError, UsageError, UnicodeDecodeError):
        return {}
    return {key: said for key, _, said in (line.partition(" ") for line in lines)}


def _key(script: Script) -> str:
    parts = (script.name, script.entry, script.digest, script.is_model_written, fingerprint())
    return hashlib.blake2b(repr(parts).encode(), digest_size=32).hexdigest()
