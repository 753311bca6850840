"""Killed at any moment, what makes branches leaves a repository as it was or complete, and nothing in the way."""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter
from contextlib import suppress
from typing import TYPE_CHECKING

import pytest

from autotransform.errors import RepositoryError
from autotransform.publish.making import Wishes, make_branches, make_change
from autotransform.repository.remote import RefUpdate

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from autotransform.repository import Repository
    from tests.publish.conftest import Scene

BRANCH = "autotransform/one_to_two"
REF = f"refs/heads/{BRANCH}"
_HOUR = 3600


class Victim:
    """Something that runs in a process of its own and may be killed there."""

    def __init__(self, work: Callable[[], object]) -> None:
        self.pid = os.fork()
        if self.pid == 0:  # pragma: no cover - coverage does not see it
            status = 1
            with suppress(BaseException):
                os.setsid()
                silence = os.open(os.devnull, os.O_RDWR)
                for stream in range(3):
                    os.dup2(silence, stream)
                work()
                status = 0
            os._exit(status)

    def wait(self) -> int:
        """Wait until it and all that it started are gone."""
        _, status = os.waitpid(self.pid, 0)
        with suppress(ProcessLookupError):
            while True:
                os.killpg(self.pid, 0)
                time.sleep(0.002)
        return status

    def kill(self, *, is_group: bool) -> None:
        """Kill it alone, or with all that it started."""
        with suppress(ProcessLookupError):
            (os.killpg if is_group else os.kill)(self.pid, signal.SIGKILL)


def _work(scene: Scene, *, verify: str = "") -> None:
    selection = scene.select()
    wishes = Wishes(config=scene.config, verify=verify)
    make_branches(scene.repository, make_change(scene.run(selection), selection, wishes=wishes))


def _push(scene: Scene, new: str, old: str | None) -> None:
    with scene.repository.connect("origin") as connection:
        connection.push([RefUpdate(ref=REF, new=new, old=old)])


def _trees(repository: Repository, branch: str = BRANCH) -> tuple[str, ...]:
    tip = repository.branch_tip(branch)
    return tuple(repository.tree_of(each.sha) for each in repository.commits("main", tip)) if tip else ()


def _age_locks(folder: Path) -> int:
    """Let an hour pass for every lock that git left; how many there are."""
    locks = [path for path in folder.rglob("*.lock") if path.is_file()]
    for lock in locks:
        os.utime(lock, (time.time() - _HOUR, time.time() - _HOUR))
    return len(locks)


def _kill_many(
    scene: Scene, work: Callable[[], object], *, count: int, seed: str, check: Callable[[], str]
) -> Counter[str]:
    """Start something again and again and kill it at a random moment; what was found after each."""
    choice = random.Random(seed)
    started = time.monotonic()
    assert Victim(work).wait() == 0
    whole = time.monotonic() - started
    check()
    seen: Counter[str] = Counter()
    for _ in range(count):
        victim = Victim(work)
        time.sleep(choice.uniform(0, whole))
        victim.kill(is_group=choice.random() < 0.5)
        victim.wait()
        seen["locks"] += _age_locks(scene.repo.path / ".git")
        seen[check()] += 1
        assert scene.repo.git("fsck", "--strict", "--no-dangling") == ""
    return seen


#: One kill takes a second or two, and of everything that runs at the same time a share.
_LONG = (pytest.mark.long, pytest.mark.timeout(3600))
COUNTS = [pytest.param(1, id="few"), pytest.param(67, id="many", marks=_LONG)]


@pytest.mark.parametrize("count", COUNTS)
def test_a_branch_that_is_made(scene: Scene, count: int) -> None:
    before = scene.repo.state()
    wanted: list[tuple[str, ...]] = []

    def check() -> str:
        repository = scene.repository
        found = _trees(repository)
        wanted.extend([found] if not wanted else [])
        assert scene.repo.state() == before
        assert found in {(), wanted[0]}
        # Whatever was left: the next run gets there.
        _work(scene)
        assert _trees(scene.repository) == wanted[0]
        scene.repo.git("update-ref", "-d", REF)
        return "complete" if found else "as before"

    seen = _kill_many(scene, lambda: _work(scene), count=count, seed="made", check=check)

    assert seen["complete"] + seen["as before"] == count


@pytest.mark.parametrize("count", COUNTS)
def test_a_branch_that_moves_with_a_commit_of_a_person(scene: Scene, count: int) -> None:
    _work(scene)
    scene.repo.git("switch", "--quiet", BRANCH)
    old = scene.repo.commit({"mine.py": "y = 5\n"})
    scene.repo.git("switch", "--quiet", "main")
    scene.repo.commit({"e.py": "x = 1\n"})
    before = scene.repo.state()
    wanted: list[tuple[str, ...]] = []

    def check() -> str:
        repository = scene.repository
        is_old = repository.branch_tip(BRANCH) == old
        found = _trees(repository)
        wanted.extend([found] if not wanted else [])
        assert scene.repo.state() == before
        assert is_old or found == wanted[0]
        _work(scene)
        assert _trees(scene.repository) == wanted[0]
        scene.repo.git("update-ref", REF, old)
        return "as before" if is_old else "complete"

    seen = _kill_many(scene, lambda: _work(scene), count=count, seed="moved", check=check)

    assert seen["complete"] + seen["as before"] == count


@pytest.mark.parametrize("count", [pytest.param(1, id="few"), pytest.param(22, id="many", marks=_LONG)])
def test_the_tests_of_a_project_in_their_working_tree(scene: Scene, count: int) -> None:
    before = scene.repo.state()

    def check() -> str:
        found = _trees(scene.repository)
        assert scene.repo.state() == before
        _work(scene, verify="true")
        assert _trees(scene.repository)
        assert scene.repo.git("worktree", "list").count("\n") == 0
        scene.repo.git("update-ref", "-d", REF)
        return "complete" if found else "as before"

    seen = _kill_many(scene, lambda: _work(scene, verify="true"), count=count, seed="tested", check=check)

    assert seen["complete"] + seen["as before"] == count


@pytest.mark.parametrize("count", [pytest.param(2, id="few"), pytest.param(44, id="many", marks=_LONG)])
def test_a_push(scene: Scene, count: int, tmp_path: Path) -> None:
    remote = tmp_path / "remote.git"
    scene.repo.git("clone", "--quiet", "--bare", str(scene.repo.path), str(remote))
    scene.repo.git("remote", "add", "origin", f"file://{remote}")
    _work(scene)
    new = scene.repo.git("rev-parse", BRANCH)
    before = scene.repo.state()

    def check() -> str:
        # The locks of the server are its own: no kill of ours reaches a real one.
        for lock in remote.rglob("*.lock"):
            lock.unlink()
        there = scene.repo.git("-C", str(remote), "for-each-ref", "--format=%(objectname)", REF)
        assert scene.repo.state() == before
        assert there in {"", new}
        assert scene.repo.git("-C", str(remote), "fsck", "--strict", "--no-dangling") == ""
        _push(scene, new, there or None)
        assert scene.repo.git("-C", str(remote), "rev-parse", REF) == new
        scene.repo.git("-C", str(remote), "update-ref", "-d", REF)
        return "complete" if there else "as before"

    seen = _kill_many(scene, lambda: _push(scene, new, None), count=count, seed="push", check=check)

    assert seen["complete"] + seen["as before"] == count


def test_a_lock_that_a_crash_left(scene: Scene) -> None:
    lock = scene.repo.write(f".git/{REF}.lock", "")
    _age_locks(scene.repo.path / ".git")

    _work(scene)

    assert not lock.exists()
    assert len(_trees(scene.repository)) == 2


def test_a_lock_that_somebody_holds(scene: Scene) -> None:
    lock = scene.repo.write(f".git/{REF}.lock", "")

    with pytest.raises(RepositoryError, match="could not be written") as caught:
        _work(scene)

    assert caught.value.hint.endswith(f"rm {lock}")
    assert lock.exists()
