"""Which files on disk or in the index are not what a commit holds."""

from __future__ import annotations

import os
import shutil
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from autotransform.repository.process import Git

#: Python has two.
_MOST_ENDINGS = 4

_DIFF = ("diff", "--name-only", "-z", "--no-renames", "--no-ext-diff", "--no-textconv", "--ignore-submodules=all")


def find_differing(git: Git, base: str, *, index_file: Path, paths: Iterable[str]) -> frozenset[str]:
    """Find every path whose content or mode on disk or in the index differs from a commit's.

    Line endings and filters count as git counts them. Files that git does not know are not among them. Nothing is said
    of paths that end otherwise than each of ``paths``: git need not look at them.
    """
    patterns = _patterns(paths)
    globbing = replace(git, binding=(*git.binding, "--no-literal-pathspecs")) if patterns else git
    with tempfile.TemporaryDirectory(prefix="autotransform-") as folder:
        copy = Path(folder) / "index"
        if index_file.exists():
            # `git diff` refreshes the index it reads and writes it back: give it a copy. The time belongs to it: git
            # takes a file changed after its index was written for one that it must look at again.
            shutil.copy2(index_file, copy)
        environment = {"GIT_INDEX_FILE": str(copy)}
        on_disk = globbing.run(*_DIFF, base, "--", *patterns, environment=environment)
        staged = globbing.run(*_DIFF, "--cached", base, "--", *patterns, environment=environment)
    return frozenset(os.fsdecode(path) for path in (on_disk + staged).split(b"\0") if path)


def _patterns(paths: Iterable[str]) -> tuple[str, ...]:
    """Give patterns that match every path, by their endings; none where there are many endings, or odd ones."""
    endings = {"".join(path.rpartition(".")[1:]) for path in paths}
    are_plain = all(each.startswith(".") and each[1:].isalnum() and each.isascii() for each in endings)
    return tuple(f"*{each}" for each in sorted(endings)) if are_plain and len(endings) <= _MOST_ENDINGS else ()
