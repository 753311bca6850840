from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from autotransform.config import Config
from autotransform.errors import ConfigError, RepositoryError, UsageError
from autotransform.publish import apply_to_branch, base_of_branch, read_record, script_path

if TYPE_CHECKING:
    from pathlib import Path

    from autotransform.publish import Commit
    from autotransform.repository.history import CommitInfo
    from tests.publish.conftest import Scene

BRANCH = "autotransform/one_to_two"
SCRIPT = "transforms/one_to_two.py"


def _applied(commit: Commit | None) -> Commit:
    assert commit is not None
    return commit


def _names(scene: Scene, revisions: str) -> list[str]:
    return scene.repo.git("diff", "--name-status", "--no-renames", *revisions.split()).splitlines()


def _identify(scene: Scene, path: Path) -> None:
    for key, value in (("user.name", "Ada"), ("user.email", "ada@example.org")):
        scene.repo.git("-C", str(path), "config", key, value)


class TestMade:
    def test_the_script_and_then_what_it_changed(self, scene: Scene) -> None:
        base = scene.repo.head

        commit = _applied(scene.apply())

        assert commit.branch == BRANCH
        assert commit.state == "created"
        assert commit.paths == ("a.py", "b/c.py")
        assert commit.script_path == SCRIPT
        assert scene.repo.git("rev-parse", BRANCH) == commit.sha
        assert scene.repo.git("rev-parse", f"{BRANCH}~2") == base
        assert _names(scene, f"{base} {BRANCH}~1") == [f"A\t{SCRIPT}"]
        assert _names(scene, f"{BRANCH}~1 {BRANCH}") == ["M\ta.py", "M\tb/c.py"]
        assert scene.repo.show(BRANCH, "b/c.py") == b"x = 2\n"
        assert scene.repo.show(BRANCH, SCRIPT) == scene.script.source.encode()

    def test_a_base_that_holds_the_script_gets_one_commit(self, scene: Scene) -> None:
        base = scene.repo.commit({SCRIPT: scene.script.source})

        _applied(scene.apply())

        assert scene.repo.git("rev-parse", f"{BRANCH}~1") == base

    def test_a_script_stored_with_crlf_is_the_same_script(self, scene: Scene) -> None:
        base = scene.repo.commit({SCRIPT: scene.script.source.replace("\n", "\r\n")})

        _applied(scene.apply())

        assert scene.repo.git("rev-parse", f"{BRANCH}~1") == base
        assert b"\r\n" in scene.repo.show(BRANCH, SCRIPT)

    def test_a_base_that_holds_another_version_gets_ours(self, scene: Scene) -> None:
        base = scene.repo.commit({SCRIPT: scene.script.source + "\n# edited\n"})

        _applied(scene.apply())

        assert _names(scene, f"{base} {BRANCH}~1") == [f"M\t{SCRIPT}"]
        assert scene.repo.show(BRANCH, SCRIPT) == scene.script.source.encode()
        assert scene.repo.git("log", "-1", "--format=%s", f"{BRANCH}~1") == "Update the transform one_to_two"

    def test_scripts_can_be_kept_elsewhere(self, scene: Scene) -> None:
        scene.config = Config(transforms="tools/codemods/")

        commit = _applied(scene.apply())

        assert commit.script_path == "tools/codemods/one_to_two.py"
        assert scene.repo.show(BRANCH, "tools/codemods/one_to_two.py") == scene.script.source.encode()

    def test_only_the_paths_asked_for(self, scene: Scene) -> None:
        assert _applied(scene.apply("b")).paths == ("b/c.py",)
        assert scene.repo.show(BRANCH, "a.py") == b"x = 1\n"

    def test_another_base_than_head(self, scene: Scene) -> None:
        base = scene.repo.head
        scene.repo.commit({"a.py": "x = 11\n"})

        _applied(scene.apply(base=base))

        assert scene.repo.git("rev-parse", f"{BRANCH}~2") == base
        assert scene.repo.show(BRANCH, "a.py") == b"x = 2\n"

    def test_nothing_to_change_makes_no_branch(self, scene: Scene) -> None:
        assert scene.apply(a=None, c=None) is None
        assert scene.repository.branch_tip(BRANCH) is None


class TestUntouched:
    def test_a_dirty_tree_stays_as_it_is(self, scene: Scene) -> None:
        scene.repo.write("a.py", "x = 'mine'\n")
        scene.repo.write("b/c.py", "x = 'staged'\n")
        scene.repo.git("add", "b/c.py")
        scene.repo.write("b/c.py", "x = 'then changed'\n")
        scene.repo.write("untracked.py", "x = 1\n")
        (scene.repo.path / "d.py").unlink()
        before = scene.repo.state()

        commit = _applied(scene.apply())

        assert scene.repo.state() == before
        assert commit.paths == ("a.py", "b/c.py")
        assert scene.repo.show(BRANCH, "a.py") == b"x = 2\n"
        assert scene.repo.git("cat-file", "-t", f"{BRANCH}:d.py") == "blob"

    def test_the_state_that_is_compared_would_show_a_change(self, scene: Scene) -> None:
        before = scene.repo.state()
        scene.repo.write("a.py", "x = 9\n")

        assert scene.repo.state() != before

    def test_a_detached_head(self, scene: Scene) -> None:
        scene.repo.git("switch", "--quiet", "--detach")
        before = scene.repo.state()

        _applied(scene.apply())

        assert scene.repo.state() == before
        assert scene.repository.head_branch() is None

    def test_modes_line_endings_and_names_are_kept(self, scene: Scene) -> None:
        if sys.platform == "linux":
            scene.repo.write(b"caf\xe9.py", "x = 1\n")
        scene.repo.write("run.py", "x = 1\n", mode=0o755)
        scene.repo.commit({"crlf.py": "x = 1\r\ny = 1\r\n"})
        scene.repo.git("config", "core.autocrlf", "true")
        before = scene.repo.state()

        commit = _applied(scene.apply())

        assert scene.repo.show(BRANCH, "crlf.py") == b"x = 2\r\ny = 2\r\n"
        assert scene.repo.git("ls-tree", BRANCH, "run.py").startswith("100755 ")
        assert (os.fsdecode(b"caf\xe9.py") in commit.paths) is (sys.platform == "linux")
        assert scene.repo.state() == before

    def test_a_bare_repository(self, scene: Scene, tmp_path: Path) -> None:
        scene.repo.git("clone", "--quiet", "--bare", ".", str(tmp_path / "bare.git"))
        _identify(scene, tmp_path / "bare.git")
        scene.start = tmp_path / "bare.git"

        commit = _applied(scene.apply())

        assert scene.repo.git("-C", str(tmp_path / "bare.git"), "rev-parse", BRANCH) == commit.sha
        assert commit.notes == ()

    def test_a_linked_worktree(self, scene: Scene, tmp_path: Path) -> None:
        scene.repo.git("worktree", "add", "--quiet", "-b", "side", str(tmp_path / "side"))
        scene.start = tmp_path / "side"

        assert scene.repo.git("rev-parse", f"{_applied(scene.apply()).branch}~2") == scene.repo.head

    def test_a_shallow_clone(self, scene: Scene, tmp_path: Path) -> None:
        scene.repo.commit({"a.py": "x = 11\n"})
        scene.repo.git("clone", "--quiet", "--depth=1", f"file://{scene.repo.path}", str(tmp_path / "shallow"))
        _identify(scene, tmp_path / "shallow")
        scene.start = tmp_path / "shallow"

        first = _applied(scene.apply())
        again = _applied(scene.apply())

        assert (first.state, again.state) == ("created", "unchanged")


class TestAgain:
    def test_the_same_again_is_the_same_commit(self, scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
        first = _applied(scene.apply())
        # A commit made now would have another id: the time is part of it.
        monkeypatch.setenv("GIT_COMMITTER_DATE", "2001-01-01T00:00:00Z")

        again = _applied(scene.apply())

        assert again.state == "unchanged"
        assert again.sha == first.sha
        assert scene.repo.git("reflog", "--format=%gs", BRANCH) == "autotransform: apply one_to_two"

    def test_a_base_that_moved_gets_new_commits_in_place_of_ours(self, scene: Scene) -> None:
        first = _applied(scene.apply())
        base = scene.repo.commit({"e.py": "x = 1\n"})

        again = _applied(scene.apply())

        assert again.state == "replaced"
        assert again.paths == ("a.py", "b/c.py", "e.py")
        assert scene.repo.git("rev-parse", f"{BRANCH}~2") == base
        assert scene.repo.git("rev-parse", f"{BRANCH}@{{1}}") == first.sha

    def test_an_edited_script_replaces_what_the_old_one_did(self, scene: Scene) -> None:
        _applied(scene.apply())

        again = _applied(scene.apply(a=b"x = 22\n"))

        assert again.state == "replaced"
        assert scene.repo.show(BRANCH, "a.py") == b"x = 22\n"
        assert scene.repo.git("rev-list", "--count", f"main..{BRANCH}") == "2"

    def test_the_same_trees_on_another_history_are_not_the_same(self, scene: Scene) -> None:
        _applied(scene.apply())
        scene.repo.git("commit", "--quiet", "--allow-empty", "--message", "empty")

        assert _applied(scene.apply()).state == "replaced"

    def test_a_branch_that_was_merged_can_be_used_again(self, scene: Scene) -> None:
        _applied(scene.apply())
        scene.repo.git("merge", "--quiet", BRANCH)
        base = scene.repo.commit({"e.py": "x = 1\n"})

        again = _applied(scene.apply())

        assert again.paths == ("e.py",)
        # The base holds the script by now.
        assert scene.repo.git("rev-parse", f"{BRANCH}~1") == base

    def test_a_branch_that_holds_nothing_of_its_own_can_be_used(self, scene: Scene) -> None:
        scene.repo.git("branch", BRANCH)

        assert _applied(scene.apply()).state == "replaced"

    def test_a_branch_on_top_of_a_branch_moves_to_main(self, scene: Scene) -> None:
        scene.repo.git("switch", "--quiet", "-c", "feature")
        scene.repo.commit({"feature.py": "x = 1\n"})
        _applied(scene.apply())
        scene.repo.git("switch", "--quiet", "main")

        again = _applied(scene.apply())

        assert again.paths == ("a.py", "b/c.py")
        assert scene.repo.git("rev-list", "--count", f"main..{BRANCH}") == "2"


class TestRefused:
    def test_a_branch_that_is_checked_out_here(self, scene: Scene) -> None:
        _applied(scene.apply())
        scene.repo.git("switch", "--quiet", BRANCH)
        before = scene.repo.state()

        with pytest.raises(RepositoryError, match="is checked out in") as caught:
            scene.apply(base="main")

        assert caught.value.hint == "Switch to another branch first: git switch -"
        assert scene.repo.state() == before

    def test_a_branch_that_another_worktree_holds(self, scene: Scene, tmp_path: Path) -> None:
        _applied(scene.apply())
        scene.repo.git("worktree", "add", "--quiet", str(tmp_path / "si de"), BRANCH)

        with pytest.raises(RepositoryError, match="si de") as caught:
            scene.check()

        assert f"git -C '{tmp_path}/si de' switch -" in caught.value.hint

    def test_a_worktree_whose_folder_is_gone(self, scene: Scene, tmp_path: Path) -> None:
        _applied(scene.apply())
        scene.repo.git("worktree", "add", "--quiet", str(tmp_path / "side"), BRANCH)
        (tmp_path / "side").rename(tmp_path / "elsewhere")

        with pytest.raises(RepositoryError) as caught:
            scene.apply()

        assert "git worktree prune" in caught.value.hint

    def test_a_branch_of_that_name_that_is_not_ours(self, scene: Scene) -> None:
        scene.repo.git("switch", "--quiet", "-c", BRANCH)
        mine = scene.repo.commit({"mine.py": ""}, message="Mend by hand")
        scene.repo.git("switch", "--quiet", "main")

        with pytest.raises(RepositoryError, match="holds a commit, none of which AutoTransform made"):
            scene.check()
        with pytest.raises(RepositoryError) as caught:
            scene.apply()

        assert caught.value.details == (f"{mine[:12]} Mend by hand (Ada Lovelace <ada@example.org>)",)
        assert caught.value.hint.endswith(f"git branch -m {BRANCH} one_to_two-kept")
        assert scene.repo.git("rev-parse", BRANCH) == mine

        scene.repo.git(*caught.value.hint.partition(": git ")[2].split())

        assert _applied(scene.apply()).state == "created"
        assert scene.repo.git("rev-parse", "one_to_two-kept") == mine

    def test_a_branch_made_for_other_paths(self, scene: Scene) -> None:
        _applied(scene.apply("b"))

        with pytest.raises(RepositoryError, match="was made for something else") as caught:
            scene.apply()

        assert caught.value.details == ("PATHS then: b; now: none",)
        assert f"git branch -D {BRANCH}" in caught.value.hint
        assert _applied(scene.apply("b")).state == "unchanged"

    def test_a_branch_made_with_other_arguments(self, scene: Scene) -> None:
        scene.arguments = (("old", "one"), ("new", "two"))
        _applied(scene.apply())
        scene.arguments = (("old", "one"), ("new", "three"))

        with pytest.raises(RepositoryError) as caught:
            scene.apply()

        assert caught.value.details == ("arguments then: old=one new=two; now: old=one new=three",)

    def test_a_branch_made_by_another_class_of_the_file(self, scene: Scene) -> None:
        _applied(scene.apply())
        scene.script = replace(scene.script, entry="Other")

        with pytest.raises(RepositoryError) as caught:
            scene.apply()

        assert caught.value.details == ("class then: OneToTwo; now: Other",)

    def test_no_identity(self, scene: Scene) -> None:
        scene.repo.git("config", "--remove-section", "user")

        for attempt in (scene.apply, scene.check):
            with pytest.raises(RepositoryError, match="does not know who you are"):
                attempt()
        assert scene.repository.branch_tip(BRANCH) is None

    def test_a_branch_that_moves_while_we_write(self, scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
        _applied(scene.apply())
        base = scene.repo.commit({"e.py": "x = 1\n"})
        other = scene.repo.git("commit-tree", "-m", "other", "-p", base, "HEAD^{tree}")
        # Whatever writes our commit runs the program that signs it: somebody is quick enough to move the branch there.
        signer = scene.repo.write(
            ".git/signer",
            f"#!/bin/sh\ncat >/dev/null\ngit update-ref refs/heads/{BRANCH} {other}\n"
            "echo signature\necho '[GNUPG:] SIG_CREATED ' >&2\n",
            mode=0o755,
        )
        monkeypatch.setenv("GIT_CONFIG_COUNT", "1")
        monkeypatch.setenv("GIT_CONFIG_KEY_0", "gpg.program")
        monkeypatch.setenv("GIT_CONFIG_VALUE_0", str(signer))
        scene.repo.git("config", "commit.gpgsign", "true")

        with pytest.raises(RepositoryError, match="moved by somebody else"):
            scene.apply()

        assert scene.repo.git("rev-parse", BRANCH) == other

    @pytest.mark.parametrize("kind", ["index", "disk"])
    def test_what_is_no_commit_becomes_no_branch(self, scene: Scene, kind: str) -> None:
        selection = scene.select(index=kind == "index", in_place=kind == "disk")

        with pytest.raises(UsageError, match="Only what is read from a commit"):
            apply_to_branch(scene.run(selection), selection, config=scene.config)

    def test_a_stock_codemod_that_would_rewrite_itself(self, scene: Scene) -> None:
        scene.repo.commit({SCRIPT: "import libcst  # 1\n"})

        with pytest.raises(RepositoryError, match="would rewrite itself") as caught:
            scene.apply()

        assert SCRIPT in caught.value.hint

    @pytest.mark.parametrize("folder", ["/tmp/x", "..", "../x", "a/../../x"])
    def test_a_folder_outside_the_repository(self, folder: str) -> None:
        with pytest.raises(ConfigError, match="outside the repository"):
            script_path(Config(transforms=folder), "x")

    @pytest.mark.parametrize(
        ("folder", "path"),
        [
            ("transforms", SCRIPT),
            ("./a//b/", "a/b/one_to_two.py"),
            (".", "one_to_two.py"),
            ("a/../b", "b/one_to_two.py"),
        ],
    )
    def test_a_folder_inside_it(self, folder: str, path: str) -> None:
        assert script_path(Config(transforms=folder), "one_to_two") == path


class TestNotes:
    def test_an_untracked_copy_that_git_switch_would_refuse_to_replace(self, scene: Scene) -> None:
        scene.repo.write(SCRIPT, scene.script.source)

        (note,) = _applied(scene.apply()).notes

        refused = subprocess.run(["git", "switch", BRANCH], cwd=scene.repo.path, capture_output=True, check=False)
        assert refused.returncode == 1
        assert f"`git add {SCRIPT}`" in note
        scene.repo.git("add", SCRIPT)
        scene.repo.git("switch", "--quiet", BRANCH)
        assert scene.repo.git("status", "--porcelain") == ""

    def test_an_untracked_copy_that_is_another_version(self, scene: Scene) -> None:
        scene.repo.write(SCRIPT, "# something else\n")

        (note,) = _applied(scene.apply()).notes

        assert "holds another version: move yours away first" in note

    def test_a_tracked_copy_or_none_needs_no_word(self, scene: Scene) -> None:
        assert _applied(scene.apply()).notes == ()

        scene.repo.commit({SCRIPT: scene.script.source})

        assert _applied(scene.apply()).notes == ()

    def test_hooks_that_did_not_run_are_named(self, scene: Scene) -> None:
        scene.repo.write(".git/hooks/pre-commit", "#!/bin/sh\nexit 1\n", mode=0o755)

        assert _applied(scene.apply()).notes == ("Git hooks did not run: pre-commit.",)


class TestBaseOfBranch:
    def test_the_base_comes_from_the_trailer(self, scene: Scene) -> None:
        base = scene.repo.head
        _applied(scene.apply())
        scene.repo.commit({"e.py": ""})

        assert base_of_branch(scene.repository, BRANCH) == base

    def test_also_below_commits_of_somebody_else(self, scene: Scene) -> None:
        base = scene.repo.head
        _applied(scene.apply())
        scene.repo.git("switch", "--quiet", BRANCH)
        scene.repo.commit({"mine.py": ""})

        assert base_of_branch(scene.repository, BRANCH) == base

    def test_branches_that_are_not_ours(self, scene: Scene) -> None:
        _applied(scene.apply())
        scene.repo.git("merge", "--quiet", BRANCH)
        scene.repo.git("branch", "autotransform/other")

        assert base_of_branch(scene.repository, "main") is None
        assert base_of_branch(scene.repository, "autotransform/missing") is None
        assert base_of_branch(scene.repository, "autotransform/other") is None

    def test_a_base_that_a_shallow_clone_lacks(self, scene: Scene, tmp_path: Path) -> None:
        _applied(scene.apply())
        url = f"file://{scene.repo.path}"
        scene.repo.git("clone", "--quiet", "--depth=1", "--branch", BRANCH, url, str(tmp_path / "shallow"))
        scene.start = tmp_path / "shallow"

        with pytest.raises(RepositoryError) as caught:
            base_of_branch(scene.repository, BRANCH)

        assert "git fetch --unshallow" in caught.value.hint


def test_every_commit_of_ours_can_be_told(scene: Scene) -> None:
    base = scene.repo.head
    commit = _applied(scene.apply())

    records = [read_record(each) for each in scene.repository.commits(base, commit.sha)]

    assert len(records) == 2
    assert all(record and record.base == base and record.digest == scene.script.digest for record in records)


def test_a_branch_that_was_made_without_the_gate_says_so(scene: Scene) -> None:
    selection = scene.select()
    commits: list[CommitInfo] = []
    for is_gated in (True, False):
        run = scene.run(selection)
        commit = _applied(apply_to_branch(run, selection, config=scene.config, is_gated=is_gated))
        commits += scene.repository.commits(None, commit.sha, limit=1)
        scene.repo.git("branch", "--quiet", "-D", commit.branch)
    gates = [record.inputs.get("gate") for each in commits if (record := read_record(each))]

    assert gates == [None, False]
    assert ["--no-gate" in each.message for each in commits] == [False, True]
