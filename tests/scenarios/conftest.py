from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

#: `without landlock,seccomp autotransform doctor` starts a command as on a kernel that has neither.
_KERNELS = Path(__file__).parents[1] / "kernels.py"

#: Where no kernel holds a script, transcripts that are about something else say that they trust it.
_TRUST = """for each; do
    case $each in new|run|edit|test|preview|apply) set -- "$@" --trust; break;; esac
done
"""

_SHA = re.compile(
    r"\b[0-9a-f]{40}\b|\b(?=[0-9a-f]*[0-9])(?:[0-9a-f]{10}|[0-9a-f]{12})\b|(?<=index )[0-9a-f]{7,}\.\.[0-9a-f]{7,}"
)
_VERSIONS = re.compile(r'"(autotransform|libcst|python)":"[^"]*"')
_DIGEST = re.compile(r"\b[0-9a-f]{64}\b")


@dataclass(frozen=True, slots=True)
class Stage:
    """A folder, and a shell in it that knows nothing of who runs the tests."""

    root: Path
    environment: dict[str, str]

    def play(self, command: str) -> str:
        """Run one line of a transcript; what it prints, made independent of the machine."""
        done = subprocess.run(
            ["sh", "-c", command],
            cwd=self.root,
            env=self.environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
            timeout=120,
        )
        printed = done.stdout.decode(errors="backslashreplace")
        printed = printed.replace(str(self.root.resolve()), "ROOT").replace(str(self.root), "ROOT")
        printed = _DIGEST.sub("DIGEST", printed)
        printed = _SHA.sub("SHA", printed)
        printed = _VERSIONS.sub(r'"\1":"VERSION"', printed)
        lines = [line.rstrip() for line in printed.splitlines()]
        if done.returncode:
            lines.append(f"[exit code {done.returncode}]")
        return "".join(f"{line}\n" for line in lines)


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    binaries = tmp_path / "bin"
    binaries.mkdir()
    programs = {"autotransform": "-m autotransform", "python": "", "without": f'"{_KERNELS}"'}
    for name, module in programs.items():
        wrapper = binaries / name
        trust = _TRUST if name == "autotransform" and sys.platform != "linux" else ""
        wrapper.write_text(f'#!/bin/sh\n{trust}exec "{sys.executable}" {module} "$@"\n')
        wrapper.chmod(0o755)
    root = tmp_path / "stage"
    root.mkdir()
    home = tmp_path / "home"
    home.mkdir()
    kept = ("COVERAGE_PROCESS_START", "LD_LIBRARY_PATH", "COVERAGE_PROCESS_CONFIG")
    environment = {name: os.environ[name] for name in kept if name in os.environ} | {
        "PATH": f"{binaries}:{os.environ['PATH']}",
        "HOME": str(home),
        "LC_ALL": "C.UTF-8",
        "COLUMNS": "100",
        "CATALOGUE": str(Path(__file__).parents[2] / "transforms"),
        "GIT_CONFIG_NOSYSTEM": "1",
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CEILING_DIRECTORIES": str(tmp_path),
        "GIT_AUTHOR_NAME": "Ann Author",
        "GIT_AUTHOR_EMAIL": "ann@example.com",
        "GIT_COMMITTER_NAME": "Ann Author",
        "GIT_COMMITTER_EMAIL": "ann@example.com",
        "GIT_AUTHOR_DATE": "2026-01-01T00:00:00Z",
        "GIT_COMMITTER_DATE": "2026-01-01T00:00:00Z",
    }
    return Stage(root=root, environment=environment)
