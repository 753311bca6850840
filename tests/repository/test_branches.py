from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from autotransform.errors import RepositoryError
from autotransform.repository import Repository

if TYPE_CHECKING:
    from pathlib import Path

    from tests.conftest import GitRepo


def test_what_head_names_is_asked_each_time_and_what_an_id_names_is_not(
    git_repo: GitRepo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = git_repo.commit({"a.py": "a = 1\n"})
    repository = Repository.open(git_repo.path)
    before = repository.resolve("HEAD")
    monkeypatch.setenv("GIT_TRACE", str(tmp_path / "trace"))
    again = repository.resolve(before)
    second = git_repo.commit({"a.py": "a = 2\n"})

    assert (before, again, repository.resolve("HEAD")) == (first, first, second)
    assert first not in (tmp_path / "trace").read_text()


class TestResolve:
    @pytest.mark.parametrize("name", ["HEAD", "main", "v1", "annotated", "HEAD^{commit}", "refs/heads/main", ":/A com"])
    def test_every_way_to_name_a_commit(self, git_repo: GitRepo, name: str) -> None:
        head = git_repo.commit({"a.py": ""})
        git_repo.git("tag", "v1")
        git_repo.git("tag", "--annotate", "--message", "x", "annotated")

        repository = Repository.open(git_repo.path)

        assert repository.resolve(name) == head
        assert repository.resolve(head[:8]) == head

    @pytest.mark.parametrize(
        ("name", "hint"),
        [
            ("mian", "main"),
            ("topic/worm", "topic/work"),
            ("xyzzy", "git branch --all"),
            ("", "git branch --all"),
            ("--all", "git branch --all"),
            ("main:a.py", "main"),
            ("0" * 40, "git branch --all"),
        ],
    )
    def test_what_names_no_commit_gets_the_nearest_name(self, git_repo: GitRepo, name: str, hint: str) -> None:
        git_repo.commit({"a.py": ""})
        git_repo.git("branch", "topic/work")

        with pytest.raises(RepositoryError, match="There is no commit called") as caught:
            Repository.open(git_repo.path).resolve(name)

        assert hint in caught.value.hint

    def test_a_branch_that_only_the_remote_has(self, git_repo: GitRepo) -> None:
        head = git_repo.commit({"a.py": ""})
        git_repo.git("update-ref", "refs/remotes/origin/release", head)

        with pytest.raises(RepositoryError) as caught:
            Repository.open(git_repo.path).resolve("release")

        assert caught.value.hint == "Did you mean origin/release?"

    def test_before_the_first_commit(self, git_repo: GitRepo) -> None:
        repository = Repository.open(git_repo.path)

        with pytest.raises(RepositoryError, match="no commit yet") as caught:
            repository.resolve("HEAD")

        assert "git commit" in caught.value.hint
        assert repository.head_branch() == "main"
        assert repository.branch_tip("main") is None


class TestWhereBranchesAre:
    def test_the_branch_at_head(self, git_repo: GitRepo) -> None:
        head = git_repo.commit({"a.py": ""})
        git_repo.git("switch", "--quiet", "-c", "topic/a")
        repository = Repository.open(git_repo.path)

        assert repository.head_branch() == "topic/a"
        assert repository.branch_tip("topic/a") == head
        assert repository.branch_tip("topic") is None

        git_repo.git("switch", "--quiet", "--detach")

        assert repository.head_branch() is None

    def test_a_tag_of_the_same_name_is_not_the_branch(self, git_repo: GitRepo) -> None:
        first = git_repo.commit({"a.py": "1\n"})
        git_repo.git("tag", "topic")
        git_repo.commit({"a.py": "2\n"})

        assert Repository.open(git_repo.path).branch_tip("topic") is None
        assert first == git_repo.git("rev-parse", "refs/tags/topic")

    def test_branches_that_worktrees_hold(self, git_repo: GitRepo, tmp_path: Path) -> None:
        git_repo.commit({"a.py": ""})
        git_repo.git("worktree", "add", "--quiet", "-b", "side", str(tmp_path / "si de"))
        git_repo.git("worktree", "add", "--quiet", "-b", "gone", str(tmp_path / "gone"))
        git_repo.git("worktree", "add", "--quiet", "--detach", str(tmp_path / "none"))
        git_repo.git("branch", "free")
        shutil.rmtree(tmp_path / "gone")

        assert Repository.open(tmp_path / "si de").checked_out_branches() == {
            "main": str(git_repo.path),
            "side": str(tmp_path / "si de"),
            "gone": str(tmp_path / "gone"),
        }

    def test_a_branch_that_is_being_rebased_is_held_too(self, git_repo: GitRepo, tmp_path: Path) -> None:
        git_repo.commit({"a.py": "1\n"})
        git_repo.git("branch", "topic")
        git_repo.commit({"a.py": "2\n"})
        git_repo.git("worktree", "add", "--quiet", str(tmp_path / "side"), "topic")
        side = type(git_repo)(tmp_path / "side")
        side.commit({"a.py": "3\n"})
        stopped = subprocess.run(["git", "rebase", "main"], cwd=side.path, capture_output=True, check=False)
        assert stopped.returncode == 1

        assert Repository.open(git_repo.path).checked_out_branches() == {
            "main": str(git_repo.path),
            "topic": str(tmp_path / "side"),
        }

    def test_a_bare_repository_holds_none(self, git_repo: GitRepo, tmp_path: Path) -> None:
        git_repo.commit({"a.py": ""})
        git_repo.git("clone", "--quiet", "--bare", ".", str(tmp_path / "bare.git"))

        assert Repository.open(tmp_path / "bare.git").checked_out_branches() == {}


class TestUpdate:
    def test_make_and_move_with_a_line_in_the_reflog(self, git_repo: GitRepo) -> None:
        first = git_repo.commit({"a.py": "1\n"})
        second = git_repo.commit({"a.py": "2\n"})
        repository = Repository.open(git_repo.path)

        repository.update_branch("topic", new=first, old=None, reason="made")
        repository.update_branch("topic", new=second, old=first, reason="moved")

        assert repository.branch_tip("topic") == second
        assert git_repo.git("reflog", "--format=%gs", "topic") == "moved\nmade"

    @pytest.mark.parametrize("expected", ["nothing", "another"])
    def test_a_branch_that_moved_meanwhile_stays_where_it_is(self, git_repo: GitRepo, expected: str) -> None:
        first = git_repo.commit({"a.py": "1\n"})
        second = git_repo.commit({"a.py": "2\n"})
        git_repo.git("branch", "topic", first)
        repository = Repository.open(git_repo.path)

        with pytest.raises(RepositoryError, match="moved by somebody else") as caught:
            repository.update_branch("topic", new=second, old=None if expected == "nothing" else second, reason="r")

        assert first in caught.value.details[0]
        assert repository.branch_tip("topic") == first

    def test_a_branch_that_went_away_is_not_made_again(self, git_repo: GitRepo) -> None:
        first = git_repo.commit({"a.py": "1\n"})
        repository = Repository.open(git_repo.path)

        with pytest.raises(RepositoryError, match="moved by somebody else") as caught:
            repository.update_branch("topic", new=first, old=first, reason="r")

        assert caught.value.details == (f"expected {first}, found no such branch",)
        assert repository.branch_tip("topic") is None

    def test_a_branch_in_the_way_is_named(self, git_repo: GitRepo) -> None:
        head = git_repo.commit({"a.py": "1\n"})
        git_repo.git("branch", "autotransform")

        with pytest.raises(RepositoryError, match="could not be written") as caught:
            Repository.open(git_repo.path).update_branch("autotransform/x", new=head, old=None, reason="r")

        assert "git branch -m autotransform another-name" in caught.value.hint

    def test_a_branch_that_another_process_is_writing(self, git_repo: GitRepo) -> None:
        head = git_repo.commit({"a.py": "1\n"})
        git_repo.write(".git/refs/heads/topic.lock", "")

        with pytest.raises(RepositoryError, match=r"topic could not be written: .*File exists"):
            Repository.open(git_repo.path).update_branch("topic", new=head, old=None, reason="r")


class TestCommits:
    def test_a_range_newest_first_with_trailers(self, git_repo: GitRepo) -> None:
        base = git_repo.commit({"a.py": "1\n"})
        message = "Subject\n\nKey: not a trailer\n\nBody.\n\nA-Key: one\nA-Key: two\n three\nOther: x: y"
        first = git_repo.commit({"a.py": "2\n"}, message=message)
        second = git_repo.commit({"a.py": "3\n"}, message="Plain é")
        repository = Repository.open(git_repo.path)

        commits = repository.commits(base, second)

        assert [commit.sha for commit in commits] == [second, first]
        assert [commit.subject for commit in commits] == ["Plain é", "Subject"]
        assert commits[0].trailers == {}
        assert commits[1].trailers == {"A-Key": ("one", "two three"), "Other": ("x: y",)}
        assert commits[1].parents == (base,)
        assert commits[1].author == "Ada Lovelace <ada@example.org>"
        assert commits[1].message == f"{message}\n"

    def test_nothing_above_the_base_and_a_limit(self, git_repo: GitRepo) -> None:
        base = git_repo.commit({"a.py": "1\n"})
        tip = git_repo.commit({"a.py": "2\n"})
        repository = Repository.open(git_repo.path)

        assert repository.commits(tip, tip) == ()
        assert repository.commits(tip, base) == ()
        assert [commit.sha for commit in repository.commits(None, tip, limit=1)] == [tip]
        assert [commit.parents for commit in repository.commits(None, tip)] == [(base,), ()]

    def test_settings_of_the_person_do_not_colour_it(self, git_repo: GitRepo) -> None:
        base = git_repo.commit({"a.py": "1\n"})
        tip = git_repo.commit({"a.py": "2\n"})
        for key, value in {
            "color.ui": "always",
            "log.showSignature": "true",
            "log.decorate": "full",
            "log.showRoot": "true",
            "i18n.logOutputEncoding": "latin-1",
            "log.follow": "true",
        }.items():
            git_repo.git("config", key, value)

        assert [commit.sha for commit in Repository.open(git_repo.path).commits(base, tip)] == [tip]

    def test_a_commit_that_only_one_branch_and_its_remote_copy_hold(self, git_repo: GitRepo) -> None:
        main = git_repo.commit({"a.py": "1\n"})
        git_repo.git("switch", "--quiet", "-c", "autotransform/x")
        own = git_repo.commit({"a.py": "2\n"})
        git_repo.git("update-ref", "refs/remotes/origin/autotransform/x", own)
        repository = Repository.open(git_repo.path)

        assert repository.is_only_on("autotransform/x", own)
        assert not repository.is_only_on("autotransform/x", main)

        git_repo.git("branch", "kept", own)

        assert not repository.is_only_on("autotransform/x", own)
