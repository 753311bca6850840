"""Which scripts the static check had nothing to say about, remembered for the user alone.

The check looks names up in LibCST, which takes half a second to import: longer than to find out that a script has
nothing to do in ten thousand files. What it says of a text hangs on that text, LibCST and our own code. Kept beside the
approvals, where no repository can put anything; whatever cannot be kept or read there is checked again.
"""

from __future__ import annotations

import contextlib
import hashlib
from typing import TYPE_CHECKING

from autotransform.errors import UsageError
from autotransform.run.approvals import Approvals
from autotransform.run.disk import read_plain
from autotransform.run.fingerprint import fingerprint
from autotransform.script import require_safe

if TYPE_CHECKING:
    from autotransform.script import Problem, Script

_FILE = "checked"
#: How many scripts are remembered; the oldest go first.
_MOST = 500
_LARGEST = 1 << 17


def require_checked(script: Script) -> tuple[Problem, ...]:
    """Give what `require_safe` gives, and do not look again at what nothing was wrong with.

    Raises:
        ScriptError: A model wrote the script, and the static check finds something.
    """
    approvals = Approvals()
    key = _key(script)
    known = _read(approvals)
    if key in known:
        return ()
    problems = require_safe(script)
    if not problems:
        with contextlib.suppress(UsageError):
            approvals.write(_FILE, "".join(f"{each}\n" for each in [*known, key][-_MOST:]))
    return problems


def _read(approvals: Approvals) -> list[str]:
    try:
        return read_plain(str(approvals.check() / _FILE), largest=_LARGEST).decode().split()
    except (OSError, UsageError, UnicodeDecodeError):
        return []


def _key(script: Script) -> str:
    parts = (script.name, script.entry, script.digest, script.is_model_written, fingerprint())
    return hashlib.blake2b(repr(parts).encode(), digest_size=32).hexdigest()
