"""What people put on a branch of ours, after our commits below it were made anew."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

import pytest

from autotransform.errors import RepositoryError
from autotransform.publish import read_record
from autotransform.script import parse
from tests.publish.conftest import make_script

if TYPE_CHECKING:
    from pathlib import Path

    from autotransform.publish import Commit
    from tests.publish.conftest import Scene

BRANCH = "autotransform/one_to_two"
SCRIPT = "transforms/one_to_two.py"


def _applied(scene: Scene, base: str | None = None) -> Commit:
    commit = scene.apply(base=base)
    assert commit is not None
    return commit


def _on_branch(scene: Scene, files: dict[str, str | bytes], *, message: str = "Mend by hand", author: str = "") -> str:
    """Commit on the branch as a person does, and come back; the commit."""
    repo = scene.repo
    repo.git("switch", "--quiet", BRANCH)
    sha = repo.commit(files, message=message)
    if author:
        repo.git("commit", "--quiet", "--amend", "--no-edit", f"--author={author}", "--date=@1234567890 +0530")
        sha = repo.head
    repo.git("switch", "--quiet", "main")
    return sha


def _move_base(scene: Scene) -> str:
    return scene.repo.commit({"e.py": "x = 1\n"}, message="Go on")


def _subjects(scene: Scene) -> list[str]:
    return scene.repo.git("log", "--format=%s", f"main..{BRANCH}").splitlines()


def test_a_commit_keeps_author_date_and_message_and_stands_on_the_new_ones(scene: Scene) -> None:
    _applied(scene)
    message = "Mend ü by hand\n\n  indented\n# no comment\n\nReviewed-by: Grace <g@example.org>"
    mine = _on_branch(
        scene, {"mine.py": "y = 5\n", "a.py": "x = 2\ny = 5\n"}, message=message, author="Grace <g@example.org>"
    )
    told = scene.repo.git("log", "-1", "--format=%an|%ae|%ad|%B", "--date=raw", mine)
    base = _move_base(scene)
    before = scene.repo.state()

    commit = _applied(scene)

    assert commit.state == "replaced"
    assert scene.repo.git("log", "-1", "--format=%an|%ae|%ad|%B", "--date=raw", BRANCH) == told
    assert scene.repo.git("log", "-1", "--format=%cn", BRANCH) == "Ada Lovelace"
    assert scene.repo.git("rev-parse", f"{BRANCH}~3") == base
    assert scene.repo.show(BRANCH, "a.py") == b"x = 2\ny = 5\n"
    assert scene.repo.show(BRANCH, "e.py") == b"x = 2\n"
    assert scene.repo.git("diff", "--name-only", f"{BRANCH}~1", BRANCH).split() == ["a.py", "mine.py"]
    assert commit.notes[0] == f"A commit that people put on {BRANCH} stands on top again."
    assert scene.repo.state() == before
    assert scene.repo.git("fsck", "--strict", "--no-dangling") == ""


def test_nothing_moves_where_nothing_has_changed_below(scene: Scene) -> None:
    _applied(scene)
    mine = _on_branch(scene, {"mine.py": "y = 5\n"})

    commit = _applied(scene)

    assert (commit.state, commit.sha) == ("unchanged", mine)


@pytest.mark.parametrize("elsewhere", ["refs/heads/review", f"refs/remotes/origin/{BRANCH}"])
def test_a_commit_that_is_elsewhere_too_stays_on_the_branch(scene: Scene, elsewhere: str) -> None:
    _applied(scene)
    mine = _on_branch(scene, {"mine.py": "y = 5\n"})
    scene.repo.git("update-ref", elsewhere, mine)
    _move_base(scene)

    _applied(scene)

    assert _subjects(scene)[0] == "Mend by hand"
    assert scene.repo.git("rev-parse", elsewhere) == mine


def test_a_conflict_is_told_and_nothing_is_overwritten(scene: Scene) -> None:
    _applied(scene)
    first = _on_branch(scene, {"mine.py": "y = 5\n"})
    mine = _on_branch(scene, {"a.py": "x = 'two'\n"}, message="Say it in words")
    scene.repo.commit({"a.py": "x = 11\n"})
    before = scene.repo.state()

    with pytest.raises(RepositoryError, match="does not fit on what the branch") as caught:
        scene.apply()

    assert caught.value.message.startswith(f"The commit {mine[:12]}, 'Say it in words' by Ada Lovelace")
    assert caught.value.details == ("a.py",)
    assert scene.repo.state() == before
    assert scene.repo.git("rev-parse", BRANCH) == mine
    # The two commands that are named lead on.
    keep, pick = caught.value.hint.split("\n")
    scene.repo.git(*keep.partition(": git ")[2].split())
    _applied(scene)
    switch, cherry = pick.partition(": ")[2].split(" && ")
    assert cherry == f"git cherry-pick {first[:12]} {mine[:12]}"
    scene.repo.git(*switch.split()[1:])
    scene.repo.git("cherry-pick", first)
    assert scene.repo.show(BRANCH, "mine.py") == b"y = 5\n"


def test_what_the_base_holds_by_now_is_left_out(scene: Scene) -> None:
    _applied(scene)
    mine = _on_branch(scene, {"mine.py": "y = 5\n"})
    _on_branch(scene, {"other.py": "y = 5\n"}, message="More")
    scene.repo.commit({"mine.py": "y = 5\n"})

    commit = _applied(scene)

    assert _subjects(scene)[0] == "More"
    assert len(_subjects(scene)) == 3
    assert f"The commit {mine[:12]}, 'Mend by hand' by Ada" in commit.notes[1]
    assert "is left out" in commit.notes[1]


def test_a_commit_that_was_always_empty_stays(scene: Scene) -> None:
    _applied(scene)
    scene.repo.git("switch", "--quiet", BRANCH)
    scene.repo.git("commit", "--quiet", "--allow-empty", "--message", "Run the checks again")
    scene.repo.git("switch", "--quiet", "main")
    _move_base(scene)

    _applied(scene)

    assert _subjects(scene)[0] == "Run the checks again"


def test_ours_between_those_of_people_are_made_anew_once(scene: Scene) -> None:
    _applied(scene)
    _on_branch(scene, {"mine.py": "x = 1\n"})
    # On request ours go on top of it.
    _applied(scene, base=BRANCH)
    _on_branch(scene, {"last.py": "y = 5\n"}, message="Last")

    _applied(scene)

    assert _subjects(scene)[:2] == ["Last", "Mend by hand"]
    assert len(_subjects(scene)) == 4
    assert scene.repo.show(BRANCH, "mine.py") == b"x = 1\n"


def test_commits_of_the_base_below_a_rebased_branch_are_not_peoples(scene: Scene) -> None:
    _applied(scene)
    base = scene.repo.head
    _move_base(scene)
    scene.repo.git("rebase", "--quiet", "main", BRANCH)
    scene.repo.git("switch", "--quiet", "main")

    _applied(scene, base=base)

    assert scene.repo.git("log", "--format=%s", f"{base}..{BRANCH}").count("\n") == 1


def _merge(scene: Scene, *arguments: str) -> str:
    scene.repo.git("switch", "--quiet", BRANCH)
    scene.repo.git("merge", "--quiet", "--no-edit", *arguments)
    scene.repo.git("switch", "--quiet", "main")
    return scene.repo.git("rev-parse", BRANCH)


class TestMerges:
    def test_one_of_the_base_carries_nothing_and_is_left_out(self, scene: Scene) -> None:
        _applied(scene)
        _on_branch(scene, {"mine.py": "y = 5\n"})
        base = _move_base(scene)
        _merge(scene, "main")
        _on_branch(scene, {"last.py": "y = 5\n"}, message="Last")

        _applied(scene)

        assert _subjects(scene)[:2] == ["Last", "Mend by hand"]
        assert len(_subjects(scene)) == 4
        assert scene.repo.git("rev-parse", f"{BRANCH}~4") == base
        assert scene.repo.git("diff", "--name-only", f"{BRANCH}~2", BRANCH).split() == ["last.py", "mine.py"]
        assert scene.repo.show(BRANCH, "e.py") == b"x = 2\n"

    def test_hand_edits_in_one_are_not_lost(self, scene: Scene) -> None:
        _applied(scene)
        _move_base(scene)
        scene.repo.git("switch", "--quiet", BRANCH)
        scene.repo.git("merge", "--quiet", "--no-commit", "main")
        scene.repo.write("mine.py", "y = 5\n")
        scene.repo.git("add", "mine.py")
        scene.repo.git("commit", "--quiet", "--no-edit")
        scene.repo.git("switch", "--quiet", "main")
        mine = scene.repo.git("rev-parse", BRANCH)

        with pytest.raises(RepositoryError, match="Somebody did more than merge in the branch") as caught:
            scene.apply()

        assert scene.repo.git("rev-parse", BRANCH) == mine
        scene.repo.git(*caught.value.hint.partition(": git ")[2].split())
        _applied(scene)
        assert scene.repo.show("one_to_two-kept", "mine.py") == b"y = 5\n"

    @pytest.mark.parametrize("is_older", [False, True])
    def test_what_people_made_is_not_taken_for_the_base(self, scene: Scene, *, is_older: bool) -> None:
        _applied(scene)
        base = scene.repo.head
        scene.repo.git("switch", "--quiet", "--create", "topic")
        merged = scene.repo.commit({"mine.py": "y = 5\n"}, message="Mine")
        scene.repo.git("switch", "--quiet", "main")
        if not is_older:
            base = _move_base(scene)
        _merge(scene, "topic")

        with pytest.raises(RepositoryError, match="Somebody merged into the branch") as caught:
            scene.apply()

        start = f"Start from what was merged: --base {merged[:12]}. "
        assert caught.value.hint.startswith(start if is_older else "Make it")
        if is_older:
            assert _applied(scene, base=merged[:12]).state == "replaced"
            return
        rebase, switch = caught.value.hint.rpartition(": ")[2].split(" && ")
        assert rebase == f"git rebase {base[:12]} {BRANCH}"
        scene.repo.git("rebase", "--quiet", *rebase.split()[2:])
        scene.repo.git(*switch.split()[1:])
        _applied(scene)
        assert scene.repo.show(BRANCH, "mine.py") == b"y = 5\n"

    def test_a_name_that_is_taken_is_not_proposed(self, scene: Scene) -> None:
        _applied(scene)
        mine = _on_branch(scene, {"a.py": "x = 'two'\n"})
        scene.repo.git("branch", "one_to_two-kept")
        scene.repo.commit({"a.py": "x = 11\n"})

        with pytest.raises(RepositoryError, match="does not fit") as caught:
            scene.apply()

        scene.repo.git(*caught.value.hint.partition("\n")[0].partition(": git ")[2].split())
        assert scene.repo.git("rev-parse", f"one_to_two-kept-{mine[:12]}") == mine


def test_a_commit_that_lost_our_trailers_counts_for_what_it_adds(scene: Scene) -> None:
    _applied(scene)
    scene.repo.git("switch", "--quiet", BRANCH)
    scene.repo.write("mine.py", "y = 5\n")
    scene.repo.git("add", "mine.py")
    scene.repo.git("commit", "--quiet", "--amend", "--message", "My own words")
    scene.repo.git("switch", "--quiet", "main")

    _applied(scene)

    assert _subjects(scene)[0] == "My own words"
    assert scene.repo.git("diff", "--name-only", f"{BRANCH}~1", BRANCH) == "mine.py"


class TestRewritten:
    """Commits of ours that somebody made anew, trailers and all."""

    @staticmethod
    def _amend(scene: Scene) -> str:
        scene.repo.git("switch", "--quiet", BRANCH)
        scene.repo.write("a.py", "x = 'two'\n")
        date = {"GIT_COMMITTER_DATE": "@2000000000 +0000"}
        command = ["git", "commit", "--quiet", "--all", "--amend", "--no-edit"]
        subprocess.run(command, cwd=scene.repo.path, env={**os.environ, **date}, check=True)
        scene.repo.git("switch", "--quiet", "main")
        return scene.repo.git("rev-parse", BRANCH)

    @pytest.mark.parametrize("is_moved", [False, True])
    def test_what_was_amended_is_not_lost(self, scene: Scene, *, is_moved: bool) -> None:
        _applied(scene)
        mine = self._amend(scene)
        if is_moved:
            _move_base(scene)

        with pytest.raises(RepositoryError, match="commits of ours were amended") as caught:
            scene.apply()

        assert caught.value.details == (f"{mine[:12]} Replace one by two (Ada Lovelace <ada@example.org>)",)
        assert caught.value.hint.endswith(f"git branch -m {BRANCH} one_to_two-kept")
        assert scene.repo.git("rev-parse", BRANCH) == mine

    def test_what_was_rebased_is_made_anew_and_told(self, scene: Scene) -> None:
        _applied(scene)
        _move_base(scene)
        date = {"GIT_COMMITTER_DATE": "@2000000000 +0000"}
        command = ["git", "rebase", "--quiet", "main", BRANCH]
        subprocess.run(command, cwd=scene.repo.path, env={**os.environ, **date}, check=True)
        old = scene.repo.git("rev-parse", BRANCH)
        scene.repo.git("switch", "--quiet", "main")

        commit = _applied(scene)

        assert commit.notes == (
            f"Our commits on {BRANCH} had been rebased, and were made anew; they ended at {old[:12]}.",
        )
        assert scene.repo.show(BRANCH, "e.py") == b"x = 2\n"


class TestScript:
    def test_the_script_as_it_was_before_people_edited_it_is_refused(self, scene: Scene) -> None:
        _applied(scene)
        mine = _on_branch(scene, {SCRIPT: scene.script.source + "\n# better\n"}, message="Mend the script")
        _move_base(scene)

        with pytest.raises(RepositoryError, match="the script itself was edited") as caught:
            scene.apply()

        assert caught.value.details == (f"{mine[:12]} Mend the script (Ada Lovelace <ada@example.org>)",)
        assert caught.value.hint.endswith(f"git restore --source={BRANCH} -- {SCRIPT}")
        assert scene.repo.git("rev-parse", BRANCH) == mine
        scene.repo.git(*caught.value.hint.partition(": git ")[2].split())
        source = (scene.repo.path / SCRIPT).read_text(encoding="utf-8")
        scene.script = parse(source, name="one_to_two")
        _applied(scene)
        assert len(_subjects(scene)) == 2
        assert scene.repo.show(BRANCH, SCRIPT) == source.encode()

    def test_where_nothing_moves_it_is_told(self, scene: Scene) -> None:
        _applied(scene)
        mine = _on_branch(scene, {SCRIPT: scene.script.source + "\n# better\n"})

        commit = _applied(scene)

        assert commit.sha == mine
        assert "was edited on the branch" in commit.notes[0]

    def test_of_a_third_version_theirs_is_not_taken(self, scene: Scene) -> None:
        _applied(scene)
        _on_branch(scene, {SCRIPT: scene.script.source + "\n# better\n", "mine.py": "y = 5\n"})
        scene.script = make_script(request="use two, please")

        _applied(scene)

        assert scene.repo.show(BRANCH, SCRIPT) == scene.script.source.encode()
        assert scene.repo.show(BRANCH, "mine.py") == b"y = 5\n"

    def test_a_script_that_people_deleted_comes_back(self, scene: Scene) -> None:
        _applied(scene)
        scene.repo.git("switch", "--quiet", BRANCH)
        scene.repo.git("rm", "--quiet", SCRIPT)
        scene.repo.write("mine.py", "y = 5\n")
        scene.repo.git("add", "mine.py")
        scene.repo.git("commit", "--quiet", "--message", "No script")
        scene.repo.git("switch", "--quiet", "main")
        scene.script = make_script(request="use two, please")

        _applied(scene)

        assert scene.repo.show(BRANCH, SCRIPT) == scene.script.source.encode()
        assert scene.repo.git("diff", "--name-only", f"{BRANCH}~1", BRANCH) == "mine.py"


class TestStored:
    def test_a_signature_is_gone_and_that_is_told(self, scene: Scene, tmp_path: Path) -> None:
        _applied(scene)
        key = tmp_path / "key"
        _make_key(key)
        scene.repo.git("switch", "--quiet", BRANCH)
        scene.repo.write("mine.py", "y = 5\n")
        scene.repo.git("add", "mine.py")
        scene.repo.git(
            "-c", "gpg.format=ssh", "-c", f"user.signingkey={key}", "commit", "--quiet", "-S", "-m", "Signed"
        )
        scene.repo.git("switch", "--quiet", "main")
        _move_base(scene)

        commit = _applied(scene)

        assert "gpgsig" not in scene.repo.git("cat-file", "commit", BRANCH)
        assert "had a signature" in commit.notes[1]

    def test_a_message_in_another_encoding(self, scene: Scene) -> None:
        _applied(scene)
        scene.repo.git("config", "i18n.commitEncoding", "ISO-8859-1")
        scene.repo.git("switch", "--quiet", BRANCH)
        scene.repo.git("commit", "--quiet", "--allow-empty", "--file=-", stdin="Grüße\n".encode("latin-1"))
        scene.repo.git("switch", "--quiet", "main")
        _move_base(scene)

        _applied(scene)

        assert scene.repo.git_bytes("cat-file", "commit", BRANCH).endswith("\n\nGrüße\n".encode())

    def test_modes_links_and_names_of_any_kind(self, scene: Scene) -> None:
        _applied(scene)
        scene.repo.git("switch", "--quiet", BRANCH)
        scene.repo.write("run.sh", "#!/bin/sh\n", mode=0o755)
        (scene.repo.path / "link").symlink_to("nowhere")
        scene.repo.write(b"caf\xe9.txt", b"\r\n\x00")
        scene.repo.git("rm", "--quiet", "README")
        scene.repo.git("add", "--all")
        scene.repo.git("commit", "--quiet", "--message", "All kinds")
        wanted = scene.repo.git("diff-tree", "-r", f"{BRANCH}~1", BRANCH)
        scene.repo.git("switch", "--quiet", "main")
        _move_base(scene)

        _applied(scene)

        assert scene.repo.git("diff-tree", "-r", f"{BRANCH}~1", BRANCH) == wanted

    def test_a_program_of_the_repository_that_merges_is_not_run(self, scene: Scene) -> None:
        scene.repo.commit({".gitattributes": "*.py merge=mine\n", "long.py": "a = 5\n" * 20})
        _applied(scene)
        scene.repo.git("config", "merge.mine.driver", "touch ran; false")
        _on_branch(scene, {"long.py": "b = 5\n" + "a = 5\n" * 20})
        scene.repo.commit({"long.py": "a = 5\n" * 20 + "c = 5\n"})

        _applied(scene)

        assert scene.repo.show(BRANCH, "long.py") == b"b = 5\n" + b"a = 5\n" * 20 + b"c = 5\n"
        assert not list(scene.repo.path.rglob("ran"))


class TestShallow:
    """Clones as CI makes them: the newest commit, and no more."""

    @staticmethod
    def _clone(scene: Scene, path: Path, *, depth: int) -> None:
        url = f"file://{scene.repo.path}"
        scene.repo.git("clone", "--quiet", "--depth=1", url, str(path))
        scene.repo.git("-C", str(path), "fetch", "--quiet", f"--depth={depth}", "origin", f"{BRANCH}:{BRANCH}")
        for key, value in (("user.name", "Ada"), ("user.email", "ada@example.org")):
            scene.repo.git("-C", str(path), "config", key, value)
        scene.start = path

    def test_the_old_base_is_nobodys_commit(self, scene: Scene, tmp_path: Path) -> None:
        _applied(scene)
        _on_branch(scene, {"mine.py": "y = 5\n"})
        base = _move_base(scene)
        self._clone(scene, tmp_path / "clone", depth=5)

        _applied(scene)

        log = scene.repo.git("-C", str(tmp_path / "clone"), "log", "--format=%s", f"{base}..{BRANCH}").splitlines()
        assert (log[0], len(log)) == ("Mend by hand", 3)

    def test_too_little_of_the_branch(self, scene: Scene, tmp_path: Path) -> None:
        _applied(scene)
        _on_branch(scene, {"mine.py": "y = 5\n"})
        _move_base(scene)
        self._clone(scene, tmp_path / "clone", depth=1)

        with pytest.raises(RepositoryError, match="too shallow to tell") as caught:
            scene.apply()

        command = caught.value.hint.rpartition(": ")[2]
        assert command == f"git fetch --deepen=100 origin {BRANCH}"
        scene.repo.git("-C", str(tmp_path / "clone"), *command.split()[1:])
        assert _applied(scene).state == "replaced"

    def test_a_merge_that_may_be_of_the_base(self, scene: Scene, tmp_path: Path) -> None:
        _applied(scene)
        _move_base(scene)
        _merge(scene, "main")
        _move_base(scene)
        scene.repo.commit({"f.py": "x = 1\n"})
        self._clone(scene, tmp_path / "clone", depth=3)

        with pytest.raises(RepositoryError, match=r"in the branch|into the branch") as caught:
            scene.apply()

        command = caught.value.hint.rpartition(": ")[2]
        assert command == "git fetch --unshallow origin"
        scene.repo.git("-C", str(tmp_path / "clone"), *command.split()[1:])
        assert _applied(scene).state == "replaced"


def _make_key(path: Path) -> None:
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(path)], check=True)


def test_every_record_is_still_ours(scene: Scene) -> None:
    _applied(scene)
    _on_branch(scene, {"mine.py": "y = 5\n"})
    _move_base(scene)
    _applied(scene)

    found = scene.repository.commits("main", BRANCH)

    assert [read_record(commit) is not None for commit in found] == [False, True, True]
