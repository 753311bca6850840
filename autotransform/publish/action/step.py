"""A step of a GitHub workflow, from within: what started it, what it leaves behind, and what it must not show.

All of it is in environment variables and in the files that they name. A payload may come from a fork's pull request: it
is data, bounded, and believed in nothing but names.
"""

from __future__ import annotations

import json
import re
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from autotransform.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

#: Of a payload that GitHub writes; its own limit for webhooks.
_LARGEST_EVENT = 25 << 20
#: Bytes that GitHub takes as the summary of one step; beyond, it shows none of it.
_LARGEST_SUMMARY = 1 << 20
_CUT = "\n\n_The rest is left out: GitHub takes no more than one megabyte._\n"

_NAME = re.compile(r"[a-z][a-z0-9-]*")
#: What git allows in the name of a branch, and a bit less.
_BRANCH = re.compile(r"(?!-)[^\s~^:?*\[\\\x00-\x1f\x7f]{1,255}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """What started a workflow."""

    #: ``pull_request``, ``schedule``, …; empty outside a workflow.
    name: str
    #: OWNER/NAME of the repository in which the workflow runs.
    repository: str
    #: Whether it comes from a pull request of another repository; its token can only read.
    is_fork: bool
    #: The branch that a pull request of ours is for; empty where nothing says it.
    base: str


def read_event(environment: Mapping[str, str]) -> Event:
    """Read what started the workflow: from the environment, and from the file that it names."""
    payload = _read_payload(environment.get("GITHUB_EVENT_PATH", ""))
    repository = environment.get("GITHUB_REPOSITORY", "")
    return Event(
        name=environment.get("GITHUB_EVENT_NAME", ""),
        repository=repository,
        is_fork=_is_fork(payload, repository=repository),
        base=_find_base(environment, payload),
    )


def _read_payload(path: str) -> dict[str, Any]:
    try:
        with Path(path).open("rb") as file:
            content = file.read(_LARGEST_EVENT + 1)
        found = json.loads(content) if path and len(content) <= _LARGEST_EVENT else {}
    except (OSError, ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}


def _is_fork(payload: dict[str, Any], *, repository: str) -> bool:
    """Tell whether a pull request's branch is elsewhere; of a fork that was deleted, nothing is left but that."""
    pull = payload.get("pull_request")
    if not isinstance(pull, dict):
        return False
    return str(_look_up(pull, "head", "repo", "full_name")).casefold() != repository.casefold()


def _find_base(environment: Mapping[str, str], payload: dict[str, Any]) -> str:
    """Find the branch to start from: what is checked out may be a merge that nobody made, or a tag."""
    if base := environment.get("GITHUB_BASE_REF", ""):
        found = base
    elif environment.get("GITHUB_REF_TYPE", "") == "branch" and "/pull/" not in environment.get("GITHUB_REF", ""):
        found = environment.get("GITHUB_REF_NAME", "")
    else:
        found = str(_look_up(payload, "repository", "default_branch") or "")
    return found if _BRANCH.fullmatch(found) else ""


def _look_up(value: Any, *keys: str) -> Any:
    for key in keys:
        value = value.get(key) if isinstance(value, dict) else None
    return value


def write_outputs(values: Mapping[str, str], *, environment: Mapping[str, str]) -> None:
    """Give the step its outputs; outside a workflow nothing is written.

    Raises:
        UsageError: The file cannot be written to.
        ValueError: A name is none, or a value holds what ends it: 128 bits that were drawn just now.
    """
    path = environment.get("GITHUB_OUTPUT", "")
    if not path:
        return
    delimiter = f"autotransform_{secrets.token_hex(16)}"
    lines = []
    for name, value in values.items():
        if not _NAME.fullmatch(name) or delimiter in value:
            raise ValueError(f"{name!r} cannot be an output with this value")
        lines.append(f"{name}<<{delimiter}\n{value}\n{delimiter}\n")
    _append(path, "".join(lines).encode("utf-8", "replace"))


def write_summary(text: str, *, environment: Mapping[str, str]) -> None:
    """Add Markdown to the summary of the job; cut at the end of a line where GitHub would refuse it.

    Raises:
        UsageError: The file cannot be written to.
    """
    path = environment.get("GITHUB_STEP_SUMMARY", "")
    if not path:
        return
    content = text.encode("utf-8", "replace")
    try:
        room = _LARGEST_SUMMARY - Path(path).stat().st_size
    except OSError:
        room = _LARGEST_SUMMARY
    if len(content) > room:
        kept = content[: max(0, room - len(_CUT))]
        content = kept[: kept.rfind(b"\n") + 1] + _CUT.encode() if kept else b""
    _append(path, content)


def _append(path: str, content: bytes) -> None:
    try:
        with Path(path).open("ab") as file:
            file.write(content)
    except OSError as error:
        raise UsageError(
            f"What the workflow is to be told cannot be written: {error.strerror}.",
            hint="GITHUB_OUTPUT and GITHUB_STEP_SUMMARY name files that the runner makes; unset them elsewhere.",
        ) from None
