"""The command that opens a pull request for what `apply` just made, where there is a GitHub to open it on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from autotransform.errors import AutoTransformError
from autotransform.publish.branches.message import command_of
from autotransform.publish.github.remotes import find_home

if TYPE_CHECKING:
    from collections.abc import Mapping

    from autotransform.publish.making import Change
    from autotransform.repository import Repository


def find_pr_command(repository: Repository, change: Change, *, environment: Mapping[str, str]) -> str:
    """Give the command that publishes a change as it was made, the project's own tests included.

    Args:
        repository: Where it was made.
        change: What was made.
        environment: As for `find_home`.

    Returns:
        The command, to be typed at the root of the repository; empty where no remote is a repository on GitHub.
    """
    try:
        find_home(repository, environment=environment)
    except AutoTransformError:
        return ""
    record = change.parts[0].record if change.parts else change.record
    base = "" if record.base == repository.resolve("HEAD") else record.base
    verify = ("--verify", change.verification.command) if change.verification else ()
    return command_of(change.run.script, record=record, base=base, name="pr", options=verify)
