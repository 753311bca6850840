"""A whole command, workers and all, killed at random moments: nothing half-done is left, and nobody who goes on."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from tests.cli.terminal import command

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import GitRepo

BRANCH = "autotransform/pytz_utc"
FILES: dict[str, str | bytes] = {f"m{number}.py": f"import pytz\n\nx{number} = pytz.UTC\n" for number in range(60)}
_KILLS, _HOUR = 60, 3600

#: Starts a command, kills it after a while, and takes in what it leaves behind; 0 once all of that is gone by itself.
KEEPER = """
import ctypes, os, signal, subprocess, sys, time

PR_SET_CHILD_SUBREAPER = 36
assert ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0
delay, is_group, patience, *words = sys.argv[1:]
nothing = dict.fromkeys(("stdin", "stdout", "stderr"), subprocess.DEVNULL)
started = subprocess.Popen(words, start_new_session=True, **nothing)
try:
    started.wait(float(delay))
except subprocess.TimeoutExpired:
    (os.killpg if is_group == "group" else os.kill)(started.pid, signal.SIGKILL)
    started.wait()
end = time.monotonic() + float(patience)
while time.monotonic() < end:
    try:
        if os.waitpid(-1, os.WNOHANG) == (0, 0):
            time.sleep(0.01)
    except ChildProcessError:
        sys.exit(0)
sys.exit(1)
"""


def keep(*words: str, folder: Path, after: float, is_group: bool, patience: float = 60.0) -> int:
    """Run a command and kill it; 0 when nothing of it is left."""
    given = [str(after), "group" if is_group else "alone", str(patience), *words]
    keeper = [sys.executable, "-I", "-c", KEEPER, *given]
    return subprocess.run(keeper, cwd=folder, check=False, timeout=400).returncode


def run_and_kill(repo: GitRepo, *, after: float, is_group: bool) -> int:
    words = command("apply", "pytz_utc", "--jobs", "2")
    return keep(*words, folder=repo.path, after=after, is_group=is_group)


def age_locks(repo: GitRepo) -> None:
    """Let an hour pass for every lock that git left."""
    for lock in (repo.path / ".git").rglob("*.lock"):
        os.utime(lock, (time.time() - _HOUR, time.time() - _HOUR))


def tree_of(repo: GitRepo) -> str:
    """Give what the branch holds; empty where there is none."""
    found = repo.git("for-each-ref", "--format=%(tree)", f"refs/heads/{BRANCH}")
    return found.strip()


@pytest.mark.long
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux hands over what a process leaves behind")
@pytest.mark.parametrize("is_group", [True, False])
def test_what_goes_on_after_its_parent_would_be_seen(tmp_path: Path, *, is_group: bool) -> None:
    left = keep("sh", "-c", "sleep 5 & wait", folder=tmp_path, after=0.5, is_group=is_group, patience=1.0)

    assert left == (0 if is_group else 1)


@pytest.mark.long
@pytest.mark.timeout(3600)
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux hands over what a process leaves behind")
def test_a_command_that_is_killed_leaves_the_branch_as_it_was_or_whole(git_repo: GitRepo) -> None:
    git_repo.commit(FILES)
    before, choice = git_repo.state(), random.Random("killed")
    started = time.monotonic()
    assert run_and_kill(git_repo, after=300.0, is_group=False) == 0
    whole, wanted = time.monotonic() - started, tree_of(git_repo)
    assert wanted
    seen: Counter[str] = Counter()

    for _ in range(_KILLS):
        git_repo.git("update-ref", "-d", f"refs/heads/{BRANCH}")
        # Or everything would come from what was kept of the first run.
        cache = git_repo.path / ".git" / "autotransform"
        subprocess.run(["rm", "-rf", str(cache)], check=True)
        left = run_and_kill(git_repo, after=choice.uniform(0, whole), is_group=choice.random() < 0.5)
        age_locks(git_repo)
        found = tree_of(git_repo)
        seen["complete" if found else "as before"] += 1

        assert left == 0
        assert found in {"", wanted}
        assert git_repo.state() == before
        assert git_repo.git("fsck", "--strict", "--no-dangling") == ""

    assert run_and_kill(git_repo, after=300.0, is_group=False) == 0
    assert tree_of(git_repo) == wanted
    assert seen["as before"] > _KILLS // 4
