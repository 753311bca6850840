"""The errors a person may see, as one tree. Each class knows its exit code.

    AutoTransformError            70   something we did not expect
    ├── NeedsAttention             1   it ran, and a person has to look: a failed file, a failed case, --check
    ├── UsageError                 2   the command line is wrong
    │   └── ConfigError            2   pyproject.toml is wrong
    ├── ScriptError                3   the transform is malformed, refused by the static check, or not found
    │   └── UntrustedError         3   the kernel does not fence it in, and nobody approved it
    ├── ModelError                 4   no answer, or none that can be used; no recipe understands the request
    ├── RepositoryError            5   git, or files on disk, do not allow it
    ├── GitHubError                6   GitHub does not allow it
    │   └── RefusedError           6   it understood what was asked, and says no
    │       └── NotPermittedError  7   workflows may open no pull requests there; the branch is pushed
    └── Aborted                  130   the person said no, or pressed Ctrl-C

A message says what happened and the likely cause; ``hint`` says what to do next, with the command to run.
"""

from __future__ import annotations

from typing import ClassVar


class AutoTransformError(Exception):
    """Base of every error we raise on purpose.

    Args:
        message: What happened, and the likely cause, in one sentence.
        details: One line for each further fact, for example every problem of a script.
        hint: What to do next; names the command to run where there is one.
    """

    exit_code: ClassVar[int] = 70

    def __init__(self, message: str, *, details: tuple[str, ...] = (), hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.details = details
        self.hint = hint


class NeedsAttention(AutoTransformError):  # noqa: N818 - it is an outcome, not a fault
    """The command ran to its end, and what it found needs a person."""

    exit_code = 1


class UsageError(AutoTransformError):
    """The command line cannot be carried out as it was given."""

    exit_code = 2


class ConfigError(UsageError):
    """``[tool.autotransform]`` holds something it must not."""


class ScriptError(AutoTransformError):
    """The transform is malformed, refused by the static check, or not found."""

    exit_code = 3


class UntrustedError(ScriptError):
    """The transform may only run once a person approves it, because nothing on this system would hold it.

    Args:
        message: As of every error.
        digest: Of the script that is to be approved.
        details: As of every error.
        hint: As of every error.
    """

    def __init__(self, message: str, *, digest: str, details: tuple[str, ...] = (), hint: str = "") -> None:
        super().__init__(message, details=details, hint=hint)
        self.digest = digest


class ModelError(AutoTransformError):
    """The author, a model or the recipes, gave nothing that can be used."""

    exit_code = 4


class RepositoryError(AutoTransformError):
    """Git, or the files on disk, do not allow what was asked."""

    exit_code = 5


class GitHubError(AutoTransformError):
    """GitHub does not allow what was asked."""

    exit_code = 6


class RefusedError(GitHubError):
    """GitHub understood what was asked, and says no to it."""


class NotPermittedError(RefusedError):
    """GitHub Actions may not open pull requests here; the branch is there, and a person can open one."""

    exit_code = 7


class Aborted(AutoTransformError):  # noqa: N818 - the person's choice, not a fault
    """The person said no."""

    exit_code = 130
