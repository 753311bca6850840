"""An old clone is told that it is one, and moves nothing back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from autotransform.errors import RepositoryError
from autotransform.publish import branch_of
from autotransform.publish.branches.keeping import GONE, HeldError, There
from autotransform.publish.pull_requests.standpoint import refuse_older, tell_distance
from autotransform.repository import Repository

if TYPE_CHECKING:
    from tests.conftest import GitRepo
    from tests.publish.conftest import Scene

BRANCH = branch_of("one_to_two")
TARGET = "main on origin"


def test_at_the_target_nothing_is_told(git_repo: GitRepo) -> None:
    git_repo.commit({"a.py": "x = 1\n"})

    assert tell_distance(Repository.open(git_repo.path), base=git_repo.head, tip=git_repo.head, target=TARGET) == ""


@pytest.mark.parametrize(("count", "told"), [(1, "is 1 commit behind main"), (3, "is 3 commits behind main")])
def test_below_the_target_it_says_how_far(git_repo: GitRepo, count: int, told: str) -> None:
    git_repo.commit()
    base = git_repo.head
    for number in range(count):
        git_repo.commit({"a.py": f"x = {number}\n"})

    assert told in tell_distance(Repository.open(git_repo.path), base=base, tip=git_repo.head, target=TARGET)


def test_of_a_target_that_was_not_fetched_it_says_that(git_repo: GitRepo) -> None:
    git_repo.commit()
    told = tell_distance(Repository.open(git_repo.path), base=git_repo.head, tip="1" * 40, target=TARGET)

    assert "commits that this clone does not have" in told


def test_beside_the_target_it_says_what_would_come_along(git_repo: GitRepo) -> None:
    git_repo.commit()
    base = git_repo.head
    git_repo.git("switch", "--quiet", "--create", "topic")
    git_repo.commit({"a.py": "x = 1\n"})

    assert "they will be part" in tell_distance(
        Repository.open(git_repo.path), base=git_repo.head, tip=base, target=TARGET
    )


@pytest.mark.parametrize(
    ("command", "is_told"),
    [(f"git push there 1:refs/heads/kept :refs/heads/{BRANCH}", True), ("git rebase main", False)],
)
def test_who_takes_a_branch_from_its_pull_request_is_told(command: str, *, is_told: bool) -> None:
    error = HeldError("Held.", branch=BRANCH, mend=lambda there: command if there else "git branch -m")
    here = error.hint
    error.turn_to(There(remote="there", tip="1" * 40))

    assert here == "git branch -m"
    assert error.hint == (f"{command}\n{GONE}" if is_told else command)


class TestRefusal:
    """The branch was made from ``HEAD``; what a run starts from is another commit."""

    @staticmethod
    def refuse(scene: Scene, *, base: str, tip: str) -> None:
        tips = {BRANCH: scene.repo.git("rev-parse", BRANCH)}
        refuse_older(scene.repository, tips, base=base, tip=tip, remote="origin")

    def test_an_older_commit(self, scene: Scene) -> None:
        older = scene.repo.head
        newer = scene.repo.commit({"b.py": "y = 1\n"})
        scene.apply()

        with pytest.raises(RepositoryError, match="1 commit older than") as caught:
            self.refuse(scene, base=older, tip=newer)

        assert "--move-back" in caught.value.hint

    def test_a_target_that_was_reset_is_no_old_clone(self, scene: Scene) -> None:
        older = scene.repo.head
        scene.repo.commit({"b.py": "y = 1\n"})
        scene.apply()

        self.refuse(scene, base=older, tip=older)

    def test_a_history_that_was_written_anew_is_not_older(self, scene: Scene) -> None:
        scene.repo.commit({"b.py": "y = 1\n"})
        scene.apply()
        scene.repo.git("commit", "--quiet", "--amend", "--message", "Anew")

        self.refuse(scene, base=scene.repo.head, tip="1" * 40)

    def test_the_very_commit_and_newer_ones(self, scene: Scene) -> None:
        same = scene.repo.head
        scene.apply()
        newer = scene.repo.commit({"b.py": "y = 1\n"})

        self.refuse(scene, base=same, tip=newer)
        self.refuse(scene, base=newer, tip="1" * 40)

    def test_a_branch_of_nobody_and_one_that_is_not_here_say_nothing(self, scene: Scene) -> None:
        older, newer = scene.repo.head, scene.repo.commit({"b.py": "y = 1\n"})
        tips = {"autotransform/mine": newer, BRANCH: "1" * 40}

        refuse_older(scene.repository, tips, base=older, tip=newer, remote="origin")
