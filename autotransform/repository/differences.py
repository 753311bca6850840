"""Which files on disk or in the index are not what a commit holds."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from autotransform.repository.process import Git

_DIFF = ("diff", "--name-only", "-z", "--no-renames", "--no-ext-diff", "--no-textconv", "--ignore-submodules=all")


def find_differing(git: Git, base: str, *, index_file: Path) -> frozenset[str]:
    """Find every path whose content or mode on disk or in the index differs from a commit's.

    Line endings and filters count as git counts them. Files that git does not know are not among them.
    """
    with tempfile.TemporaryDirectory(prefix="autotransform-") as folder:
        copy = Path(folder) / "index"
        if index_file.exists():
            # `git diff` refreshes the index it reads and writes it back: give it a copy. The time belongs to it: git
            # takes a file changed after its index was written for one that it must look at again.
            shutil.copy2(index_file, copy)
        environment = {"GIT_INDEX_FILE": str(copy)}
        on_disk = git.run(*_DIFF, base, "--", environment=environment)
        staged = git.run(*_DIFF, "--cached", base, "--", environment=environment)
    return frozenset(os.fsdecode(path) for path in (on_disk + staged).split(b"\0") if path)
