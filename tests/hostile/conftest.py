"""A repository that somebody else prepared, the real command in it, and traps that say so when they are sprung."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import GitRepo

#: Renames ``old`` to ``new``.
SCRIPT = '''"""Say new for old."""

from autotransform.codemod import Transform

MENTIONS = ["old"]
CASES = [{"name": "a name", "before": "old", "after": "new"}]


class NewForOld(Transform):
    DESCRIPTION = "Say new for old."

    def leave_Name(self, original_node, updated_node):
        return updated_node.with_changes(value="new") if original_node.value == "old" else updated_node
'''

#: What no terminal may be given: escapes, other controls, marks that turn text around or hide it.
UNPRINTABLE = frozenset({*range(0x09), *range(0x0B, 0x20), *range(0x7F, 0xA0), *range(0x200B, 0x2010)}) | frozenset(
    {*range(0x2028, 0x202F), *range(0x2060, 0x2070), 0xFEFF}
)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command said."""

    code: int
    out: str
    err: str

    @property
    def said(self) -> str:
        """All of it."""
        return self.out + self.err

    @property
    def unprintable(self) -> set[str]:
        """What of it would steer a terminal."""
        return {char for char in self.said if ord(char) in UNPRINTABLE}


@dataclass(frozen=True, slots=True)
class Hostile:
    """A repository with one file to change and one script, and everything around it."""

    repo: GitRepo
    #: Outside of the repository; a test that wrote there shows it.
    outside: Path
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def path(self) -> Path:
        """The working tree."""
        return self.repo.path

    def trap(self, name: str) -> str:
        """Make a program that leaves a mark when somebody runs it, and passes on what it is given."""
        program = self.outside / "traps" / name
        program.parent.mkdir(exist_ok=True)
        program.write_text(f'#!/bin/sh\n: > "{self.outside}/sprung-{name}"\ncat\n')
        program.chmod(0o755)
        return str(program)

    def sprung(self) -> list[str]:
        """Name the traps that somebody walked into."""
        return sorted(path.name.removeprefix("sprung-") for path in self.outside.glob("sprung-*"))

    def run(self, *arguments: str, cwd: Path | None = None, timeout: float = 100, **environment: str) -> Answer:
        """Run the real command in the repository."""
        python = ["-m", "autotransform", *arguments]
        return run_python(*python, cwd=cwd or self.path, timeout=timeout, **{**self.environment, **environment})


def run_python(*arguments: str, cwd: Path, timeout: float = 100, **environment: str) -> Answer:
    """Run Python in a process of its own."""
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=cwd,
        env={**os.environ, **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=False,
        timeout=timeout,
    )
    return Answer(done.returncode, done.stdout.decode(errors="surrogateescape"), done.stderr.decode())


@pytest.fixture
def hostile(git_repo: GitRepo, tmp_path: Path) -> Hostile:
    (tmp_path / "outside").mkdir()
    git_repo.commit({"a.py": "old = 1\n", "names.py": "def old_name(): ...\n", "transforms/new_for_old.py": SCRIPT})
    return Hostile(git_repo, tmp_path / "outside")
