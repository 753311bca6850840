"""The token for GitHub: taken out of the environment before anything is started that would find it there."""

from __future__ import annotations

import os
import sys
from pathlib import Path

#: Where a token may be, the first that is set counts; and where one waits that was taken from there.
_TOKENS = ("AUTOTRANSFORM_GITHUB_TOKEN", "GITHUB_TOKEN", "GH_TOKEN")
_WAITING = "AUTOTRANSFORM_TOKEN_DESCRIPTOR"


def take_github_token() -> str:
    """Take the token out of the environment, where every program that we start would find it; empty: there is none.

    What a process was started with stays readable for others as long as it runs. Where the token was among that, the
    process starts itself anew without it, and this does not return.
    """
    from autotransform.publish.github.concealment import forbid_looking, take_token  # noqa: PLC0415

    if _WAITING in os.environ:
        return take_token(_TOKENS[0], environment=os.environ)
    named = next((name for name in _TOKENS if os.environ.get(name, "").strip()), None)
    if named is not None and _was_started_with(named):
        return take_token(named, environment=os.environ)
    token = os.environ[named].strip() if named else ""
    if token:
        forbid_looking()
    for name in _TOKENS:
        os.environ.pop(name, None)
    return token


def _was_started_with(name: str) -> bool:
    if sys.platform != "linux":
        return False
    try:
        started = Path("/proc/self/environ").read_bytes()
    except OSError:
        return False
    return any(field.startswith(name.encode() + b"=") for field in started.split(b"\0"))
