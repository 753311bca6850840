"""The command `verify`: what it looks at, what it prints, and with what it exits."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

import click
import pytest

from autotransform.cli.app import app
from autotransform.errors import GitHubError, RepositoryError, UsageError
from tests.publish.one_to_two import BODY, BRANCH, SCRIPT
from tests.servers.forge.server import TOKEN, Forge

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.conftest import GitRepo


class Command:
    """Runs the command in this process, in one repository."""

    def __init__(self, repo: GitRepo, capsys: pytest.CaptureFixture[str]) -> None:
        self.repo = repo
        self.capsys = capsys
        self.out = self.err = ""

    def __call__(self, *arguments: str, folder: Path | None = None) -> int:
        """Run one command; its exit code."""
        try:
            code = app.main(["-C", str(folder or self.repo.path), *arguments], standalone_mode=False)
        finally:
            self.out, self.err = self.capsys.readouterr()
        assert isinstance(code, int)
        return code

    def json(self, *arguments: str, code: int = 0, folder: Path | None = None) -> Any:
        """Verify, and read the JSON."""
        assert self("verify", *arguments, "--json", "-j1", folder=folder) == code

        return json.loads(self.out)

    def edit(self, path: str = "d.py", content: str = "x = 4\n") -> None:
        """Add a commit by hand to the branch."""
        self.repo.git("switch", "--quiet", BRANCH)
        self.repo.commit({path: content}, message="Tweak \x1b[31m")


@pytest.fixture
def command(git_repo: GitRepo, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Command:
    """Give a repository with a script that was reviewed, and its branch."""
    for name in (
        "GITHUB_REF",
        "GITHUB_SHA",
        "AUTOTRANSFORM_GITHUB_TOKEN",
        "GITHUB_TOKEN",
        "GH_TOKEN",
        "GITHUB_REPOSITORY",
        "GITHUB_ACTIONS",
        "GITHUB_BASE_REF",
        "CI",
    ):
        monkeypatch.delenv(name, raising=False)
    git_repo.commit({"a.py": "x = 1\n", "d.py": "x = 3\n", SCRIPT: BODY})
    command = Command(git_repo, capsys)

    assert command("apply", "one_to_two", "-j1") == 0
    return command


@pytest.fixture
def merged(command: Command, monkeypatch: pytest.MonkeyPatch) -> Command:
    """Check out the merge that GitHub makes of a pull request, as a workflow does."""
    command.repo.commit({"e.py": "y = 1\n"})
    command.repo.git("switch", "--quiet", "--detach", "main")
    command.repo.git("merge", "--quiet", "--no-ff", "--no-edit", BRANCH)
    command.repo.git("branch", "--quiet", "-D", BRANCH)
    monkeypatch.setenv("GITHUB_REF", "refs/pull/7/merge")
    monkeypatch.setenv("GITHUB_SHA", command.repo.head)
    return command


class TestResult:
    def test_a_branch_that_is_proven(self, command: Command) -> None:
        base = command.repo.head

        assert command("verify", BRANCH, "-j1") == 0
        assert command.out.splitlines() == [
            f"{BRANCH} is exactly what {SCRIPT} makes of {base[:10]}: 1 file changed.",
            "Nothing of it needs a review: where it goes holds this very script.",
        ]

    def test_one_byte_is_named_with_its_lines_and_who_wrote_it(self, command: Command) -> None:
        command.edit()

        assert command("verify", "one_to_two", "-j1") == 1
        assert "  extra      d.py: other content" in command.out
        assert "-x = 3\n+x = 4\n" in command.out
        assert "Tweak <U+001B>[31m (Ada Lovelace <ada@example.org>)\n    d.py\n" in command.out
        assert "\x1b" not in command.out + command.err

    def test_nothing_but_paths(self, command: Command) -> None:
        command.edit("né w.py")

        assert command("verify", "--paths-only", "-j1") == 1
        assert command.out == "né w.py\n"

    def test_as_json(self, command: Command) -> None:
        command.edit()

        document = command.json(code=1)

        assert (document["schema"], document["state"], document["error"]) == (1, "different", None)
        assert document["departures"] == [
            {
                "path": "d.py",
                "kind": "extra",
                "what": "other content",
                "hunks": [{"expected_start": 1, "expected_count": 1, "found_start": 1, "found_count": 1}],
            }
        ]
        assert document["hand_edits"][0]["paths"] == ["d.py"]
        assert document["script"]["origin"] == "reviewed"

    def test_what_cannot_be_told(self, command: Command) -> None:
        command.repo.git("switch", "--quiet", "-c", "side")
        command.repo.commit({"z.py": ""})

        with pytest.raises(RepositoryError, match="No commit here says") as caught:
            command("verify")

        assert caught.value.exit_code == 5
        assert command.json(code=5)["error"]["message"] == caught.value.message

    def test_a_new_script_is_for_review_and_may_be_refused(self, command: Command) -> None:
        before = command.repo.git("rev-parse", "HEAD")
        empty = command.repo.git("commit-tree", "-m", "none", command.repo.git("mktree", stdin=b""))

        assert command("verify", BRANCH, "-j1", "--trusted-script", empty, "--require-reviewed") == 1
        assert f"To be reviewed:\n  {SCRIPT} is a new script" in command.out
        assert command("verify", BRANCH, "-j1", "--trusted-script", empty) == 0
        assert command("verify", BRANCH, "-j1", "--trusted-script", before, "--require-reviewed") == 0

    def test_options_that_exclude_each_other(self, command: Command) -> None:
        with pytest.raises(click.UsageError, match="exclude each other"):
            command("verify", "--json", "--paths-only")


class TestTarget:
    def test_the_nearest_of_the_usual_branches(self, command: Command, tmp_path: Path) -> None:
        command.repo.git("clone", "--quiet", "--bare", ".", str(tmp_path / "there.git"))
        command.repo.git("remote", "add", "origin", str(tmp_path / "there.git"))
        command.repo.git("fetch", "--quiet", "origin")
        base = command.repo.commit({"e.py": "y = 1\n"}, message="Not pushed yet")
        command.repo.git("branch", "--quiet", "-D", BRANCH)
        command("apply", "one_to_two", "-j1")

        document = command.json(BRANCH)

        assert (document["state"], document["base"]) == ("proved", base)

    def test_one_that_is_named(self, command: Command) -> None:
        command.repo.git("branch", "release", "main")
        command.repo.git("switch", "--quiet", "-c", "feature")
        command.repo.commit({"f.py": "x = 1\n"})
        command("apply", "one_to_two", "-j1", "--base", "feature")

        assert command("verify", BRANCH, "-j1", "--base", "feature") == 0
        assert command("verify", BRANCH, "-j1", "--base", "release") == 1
        assert "  different  f.py" in command.out or "  extra      f.py" in command.out

    def test_branches_that_the_author_names_like_the_usual_ones(
        self, command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        repo = command.repo
        repo.git("branch", "--quiet", "side")
        repo.git("switch", "--quiet", "side")
        repo.commit({"d.py": "x = 'evil'\n"}, message="Harmless")
        repo.commit({"pyproject.toml": "[tool.autotransform.pull-request]\nbase = 'side'\n"})
        evil = repo.head
        repo.git("branch", "--quiet", "-D", BRANCH)
        command("apply", "one_to_two", "-j1", "--base", "side")
        repo.git("switch", "--quiet", "--detach", BRANCH)
        repo.git("clone", "--quiet", "--bare", ".", str(tmp_path / "there.git"))
        repo.git("remote", "add", "origin", str(tmp_path / "there.git"))
        repo.git("fetch", "--quiet", "origin")
        repo.git("update-ref", "refs/remotes/origin/master", evil)
        repo.git("update-ref", "refs/heads/master", evil)

        assert [each["path"] for each in command.json(code=1)["departures"]] == ["d.py", "pyproject.toml"]

        repo.git("update-ref", "refs/heads/main", evil)
        monkeypatch.setenv("CI", "true")

        assert [each["path"] for each in command.json(code=1)["departures"]] == ["d.py", "pyproject.toml"]

    def test_what_the_configuration_of_the_default_branch_names(self, command: Command) -> None:
        command.repo.git("branch", "--quiet", "develop")
        command.repo.commit({"pyproject.toml": "[tool.autotransform.pull-request]\nbase = 'develop'\n"})
        command.repo.git("switch", "--quiet", "develop")
        base = command.repo.commit({"e.py": "x = 1\n"})
        command.repo.git("branch", "--quiet", "-D", BRANCH)
        command("apply", "one_to_two", "-j1")

        assert command.json(BRANCH)["base"] == base


class TestMergeOfPullRequest:
    def test_it_is_the_pull_request_that_is_proven(self, merged: Command) -> None:
        document = merged.json()

        assert document["state"] == "proved"
        assert document["tip"] == merged.repo.git("rev-parse", "HEAD^2")

    def test_an_edit_in_it(self, merged: Command, monkeypatch: pytest.MonkeyPatch) -> None:
        merged.repo.git("switch", "--quiet", "--detach", "HEAD^2")
        merged.repo.commit({"d.py": "x = 4\n"})
        edited = merged.repo.head
        merged.repo.git("switch", "--quiet", "--detach", "main")
        merged.repo.git("merge", "--quiet", "--no-ff", "--no-edit", edited)
        monkeypatch.setenv("GITHUB_SHA", merged.repo.head)

        assert [each["path"] for each in merged.json(code=1)["departures"]] == ["d.py"]

    def test_a_merge_is_not_believed_for_looking_like_one(
        self, merged: Command, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        # Somebody's branch ends in a merge: its second parent is proven, its first is what they want to slip in.
        merged.repo.git("switch", "--quiet", "--detach", "main")
        merged.repo.commit({"d.py": "x = 'evil'\n"}, message="Harmless")
        merged.repo.git("merge", "--quiet", "--no-ff", "--no-edit", os.environ["GITHUB_SHA"] + "^2")
        monkeypatch.setenv("GITHUB_REF", "refs/heads/feature")
        monkeypatch.setenv("GITHUB_SHA", merged.repo.head)

        document = merged.json(code=1)

        assert (document["tip"], [each["path"] for each in document["departures"]]) == (merged.repo.head, ["d.py"])

    def test_a_checkout_without_history(self, merged: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        merged.repo.git("branch", "merge")
        url = f"file://{merged.repo.path}"
        merged.repo.git("clone", "--quiet", "--depth=1", "--branch=merge", url, str(tmp_path / "shallow"))
        merged.repo.git("-C", str(tmp_path / "shallow"), "switch", "--quiet", "--detach")
        monkeypatch.setenv("GITHUB_SHA", merged.repo.head)

        with pytest.raises(RepositoryError, match="This clone is shallow") as caught:
            merged("verify", folder=tmp_path / "shallow")

        assert "`fetch-depth: 0`" in caught.value.hint


class TestPullRequest:
    web_url: str

    @pytest.fixture
    def clone(self, command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
        """Give a clone of a repository on a forge, whose pull request 7 is the branch."""
        with Forge(tmp_path / "forge") as forge:
            hosted = forge.create("acme/thing")
            hosted.git("fetch", "--quiet", str(command.repo.path), "main:main", f"{BRANCH}:refs/pull/7/head")
            place = tmp_path / "clone"
            command.repo.git("clone", "--quiet", "--no-local", f"file://{hosted.path}", str(place))
            command.repo.git("-C", str(place), "remote", "set-url", "origin", hosted.url)
            monkeypatch.setenv("GITHUB_SERVER_URL", forge.web_url)
            monkeypatch.setenv("AUTOTRANSFORM_GITHUB_TOKEN", TOKEN)
            self.web_url = forge.web_url
            yield place

    @pytest.mark.parametrize(
        "name", [*(pytest.param(name, marks=pytest.mark.long) for name in ("7", "#7")), "{}/acme/thing/pull/7/files"]
    )
    def test_it_is_fetched_to_where_no_branch_is(self, command: Command, clone: Path, name: str) -> None:
        assert command.json(name.format(self.web_url), folder=clone)["state"] == "proved"
        # Nothing that was run could find it there.
        assert TOKEN not in os.environ.values()
        refs = command.repo.git("-C", str(clone), "for-each-ref", "--format=%(refname)").splitlines()
        assert [ref for ref in refs if "pull" in ref or "one_to_two" in ref] == ["refs/autotransform/pull/7"]

    def test_one_of_another_repository(self, command: Command, clone: Path) -> None:
        with pytest.raises(UsageError, match="is in acme/other"):
            command("verify", f"{self.web_url}/acme/other/pull/7", folder=clone)

    def test_one_that_there_is_not(self, command: Command, clone: Path) -> None:
        with pytest.raises(GitHubError, match="no pull request 8"):
            command("verify", "8", folder=clone)

    def test_no_remote(self, command: Command) -> None:
        with pytest.raises(UsageError, match="no one remote"):
            command("verify", "7")
