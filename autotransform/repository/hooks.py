"""Which hooks a commit made by a person would have run; ours runs none."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from autotransform.repository.process import Git

_COMMIT_HOOKS = ("pre-commit", "prepare-commit-msg", "commit-msg", "post-commit")


def find_commit_hooks(git: Git, *, common_dir: Path) -> tuple[str, ...]:
    """Name the hooks that `git commit` would run."""
    # The last value is our own, which switches hooks off.
    values = git.ask("config", "--type=path", "--null", "--get-all", "core.hooksPath").output.split(b"\0")[:-2]
    folder = git.directory / os.fsdecode(values[-1]) if values else common_dir / "hooks"
    return tuple(name for name in _COMMIT_HOOKS if os.access(folder / name, os.X_OK))
