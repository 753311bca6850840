"""`autotransform pr` as a process: what it sends, what it shows, and where the token is not."""

from __future__ import annotations

import base64
import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pytest

from tests.servers.forge.server import TOKEN, Forge

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from tests.cli.conftest import RunCli
    from tests.conftest import GitRepo
    from tests.servers.forge.storage import Hosted

OLD = "import pytz\n\nx = pytz.UTC\n"
NEW = "from datetime import timezone\n\nx = timezone.utc\n"
BRANCH = "autotransform/pytz_utc"


@dataclass(slots=True)
class Desk:
    """A clone of a repository on a forge, and the command in it."""

    run_cli: RunCli
    repo: GitRepo
    forge: Forge
    hosted: Hosted

    def pr(
        self, *arguments: str, environment: dict[str, str] | None = None
    ) -> tuple[subprocess.CompletedProcess[str], dict[str, Any]]:
        """Run it; the process, and its report."""
        report = self.repo.path.parent / "report.json"
        given = {"GITHUB_API_URL": self.forge.api_url, "GITHUB_TOKEN": TOKEN, **(environment or {})}
        done = self.run_cli("pr", "pytz_utc", "--json", str(report), *arguments, cwd=self.repo.path, environment=given)
        return done, json.loads(report.read_text()) if report.exists() else {}

    def push(self, files: dict[str, str | bytes], *, branch: str = "main") -> None:
        """Commit files, and have them on the forge."""
        self.repo.commit(files)
        self.repo.git("push", "--quiet", str(self.hosted.path), f"HEAD:refs/heads/{branch}")


@pytest.fixture
def desk(run_cli: RunCli, git_repo: GitRepo, tmp_path: Path) -> Iterator[Desk]:
    with Forge(tmp_path / "forge") as forge:
        hosted = forge.create("alice/demo")
        git_repo.git("remote", "add", "origin", hosted.url)
        desk = Desk(run_cli=run_cli, repo=git_repo, forge=forge, hosted=hosted)
        desk.push({"a.py": OLD, "b/c.py": OLD})
        yield desk


def test_created_then_closed(desk: Desk) -> None:
    state = desk.repo.state()
    created, report = desk.pr("--label", "codemod", "--draft")

    assert created.returncode == 0, created.stderr
    assert f"\ncreated    #1 {desk.forge.web_url}/alice/demo/pull/1" in created.stdout
    assert (report["operation"], report["number"], report["branch"]) == ("created", 1, BRANCH)
    assert (report["target"], report["counts"]["changed"]) == ("main", 2)
    assert report["head-sha"] == desk.hosted.tip(BRANCH)
    assert (desk.hosted.pull(1).labels, desk.hosted.pull(1).draft) == (["codemod"], True)
    assert desk.repo.state() == state

    desk.push({"a.py": NEW, "b/c.py": NEW})
    closed, report = desk.pr()

    assert closed.returncode == 0, closed.stderr
    assert report["operation"] == "closed"
    assert "`pytz_utc` was run on" in desk.hosted.pull(1).comments[0][1]


class TestHints:
    """What a message names, typed as it stands, helps although the remote has the branch: the command gets through."""

    @staticmethod
    def merge(desk: Desk, other: str) -> None:
        """Merge into the branch, push that, and come back."""
        desk.repo.git("switch", "--quiet", BRANCH)
        desk.repo.git("merge", "--quiet", "--no-edit", other)
        desk.repo.git("push", "--quiet", str(desk.hosted.path), BRANCH)
        desk.repo.git("switch", "--quiet", "main")

    @staticmethod
    def type(desk: Desk, command: str) -> None:
        """Do what a hint says; git asks a person for the token."""
        header = f"Authorization: Basic {base64.b64encode(f'x:{TOKEN}'.encode()).decode()}"
        given = {"GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "http.extraHeader", "GIT_CONFIG_VALUE_0": header}
        environment = {**os.environ, **given}
        shell = ["sh", "-ec", command]
        done = subprocess.run(shell, cwd=desk.repo.path, env=environment, capture_output=True, text=True, check=False)

        assert done.returncode == 0, (command, done.stderr)

    def refused(self, desk: Desk, message: str, *arguments: str) -> str:
        """Run it, and it is refused; the hint."""
        done, report = desk.pr(*arguments)

        assert done.returncode == 5, done.stderr
        assert message in report["error"]["message"]
        assert "<U+" not in done.stderr
        assert desk.hosted.tip(BRANCH) == desk.repo.git("rev-parse", BRANCH)
        return str(report["error"]["hint"])

    @pytest.mark.long
    def test_update_branch_is_nobodys_work(self, desk: Desk) -> None:
        desk.pr()
        desk.push({"d.py": OLD})
        self.merge(desk, "main")
        desk.repo.git("branch", "-D", BRANCH)
        done, report = desk.pr()

        assert done.returncode == 0, done.stderr
        assert report["operation"] == "updated"
        assert desk.repo.git("log", "--format=%s", f"main..{BRANCH}").count("\n") == 1
        assert desk.pr()[1]["operation"] == "none"

    @pytest.mark.long
    def test_update_branch_in_a_shallow_clone(self, desk: Desk, tmp_path: Path) -> None:
        desk.pr()
        desk.push({"d.py": OLD})
        self.merge(desk, "main")
        desk.push({"e.py": OLD})
        desk.push({"f.py": OLD})
        clone = tmp_path / "shallow"
        desk.repo.git("clone", "--quiet", "--depth=1", f"file://{desk.hosted.path}", str(clone))
        desk.repo = replace(desk.repo, path=clone)
        for key, value in (
            ("user.name", "Ada"),
            ("user.email", "a@example.org"),
            ("remote.origin.url", desk.hosted.url),
        ):
            desk.repo.git("config", key, value)
        done, report = desk.pr()

        assert done.returncode == 0, done.stderr
        assert report["operation"] == "updated"
        assert desk.repo.git("log", "--format=%s", f"main..{BRANCH}").count("\n") == 1

    @pytest.mark.long
    def test_a_merge_of_what_people_made(self, desk: Desk) -> None:
        desk.pr()
        desk.push({"d.py": OLD})
        desk.repo.git("switch", "--quiet", "--create", "topic", "main~1")
        desk.repo.commit({"mine.py": "y = 5\n"}, message="Mine")
        self.merge(desk, "topic")
        hint = self.refused(desk, "Somebody merged into the branch")
        self.type(desk, hint.partition(": ")[2])
        done, report = desk.pr()

        assert done.returncode == 0, done.stderr
        assert (report["operation"], report["number"]) == ("updated", 1)
        assert desk.repo.show(BRANCH, "mine.py") == b"y = 5\n"

    @pytest.mark.long
    def test_a_commit_that_does_not_fit(self, desk: Desk) -> None:
        desk.pr()
        desk.repo.git("switch", "--quiet", BRANCH)
        desk.push({"a.py": "mine = 1\n"}, branch=BRANCH)
        mine = desk.repo.head
        desk.repo.git("switch", "--quiet", "main")
        desk.push({"a.py": "import pytz\n\nz = pytz.UTC\n"})
        keep, pick, gone = self.refused(desk, "does not fit").split("\n")
        self.type(desk, keep.partition(": ")[2])
        done, report = desk.pr()

        assert done.returncode == 0, done.stderr
        assert gone.startswith("GitHub closes the pull request of a branch that is gone")
        assert (report["number"], desk.hosted.pull(1).state) == (2, "closed")
        assert desk.hosted.tip(f"pytz_utc-kept-{mine[:12]}") == mine
        assert pick.endswith(f"git switch {BRANCH} && git cherry-pick {mine[:12]}")

    @pytest.mark.long
    def test_amended_commits_of_ours(self, desk: Desk) -> None:
        desk.pr()
        date = {"GIT_COMMITTER_DATE": "@2000000000 +0000"}
        desk.repo.git("switch", "--quiet", BRANCH)
        desk.repo.write("a.py", "mine = 1\n")
        amend = ["git", "commit", "--quiet", "--all", "--amend", "--no-edit"]
        subprocess.run(amend, cwd=desk.repo.path, env={**os.environ, **date}, check=True)
        desk.repo.git("push", "--quiet", "--force", str(desk.hosted.path), BRANCH)
        desk.repo.git("switch", "--quiet", "main")
        mine = desk.hosted.tip(BRANCH)
        desk.push({"d.py": OLD})
        assert mine
        hint = self.refused(desk, "were amended")
        self.type(desk, hint.partition("\n")[0].rpartition(": ")[2])
        done, _ = desk.pr()

        assert done.returncode == 0, done.stderr
        assert desk.hosted.tip(f"pytz_utc-kept-{mine[:12]}") == mine

    @pytest.mark.long
    @pytest.mark.parametrize("choice", [0, 1])
    def test_a_branch_for_something_else(self, desk: Desk, choice: int) -> None:
        desk.pr()
        hint = self.refused(desk, "made for something else", "b")
        assert f"git push origin --delete {BRANCH} && git branch -D {BRANCH}" in hint
        self.type(desk, re.findall(r"\((git [^)]*)\)", hint)[choice])
        done, report = desk.pr("b")

        assert done.returncode == 0, done.stderr
        assert report["branch"] == BRANCH


def test_a_dry_run_needs_no_token_and_sends_nothing(desk: Desk) -> None:
    state = desk.repo.state()
    done, report = desk.pr(
        "--dry-run",
        "--split-by",
        "directory",
        "--label",
        "codemod",
        "--title",
        "Mine",
        environment={"GITHUB_TOKEN": ""},
    )

    assert done.returncode == 0, done.stderr
    for shown in (
        f"{BRANCH}--b -> main",
        "    b/c.py",
        "  labels: codemod",
        "  title: Mine (b)",
        f"    autotransform verify {BRANCH}--b",
        "    AutoTransform-Base: ",
        "    <!-- autotransform: pytz_utc b ",
    ):
        assert f"{shown}" in done.stdout, shown
    assert (desk.forge.log, desk.forge.git_log, desk.hosted.pulls) == ([], [], [])
    assert desk.repo.git("branch", "--list", "autotransform/*") == ""
    assert desk.repo.state() == state
    assert (report["dry_run"], report["operation"], len(report["parts"])) == (True, "none", 2)


def test_without_a_token_it_says_how_to_give_one(desk: Desk) -> None:
    done, report = desk.pr(environment={"GITHUB_TOKEN": ""})

    assert done.returncode == 6
    assert 'GITHUB_TOKEN="$(gh auth token)"' in done.stderr
    assert report["error"]["message"] == "There is no token for GitHub."
    assert (desk.forge.log, desk.forge.git_log) == ([], [])


def test_workflows_that_may_open_none_exit_with_7_and_a_link(desk: Desk) -> None:
    desk.hosted.may_actions_open = False
    done, report = desk.pr()

    assert done.returncode == 7
    assert f"{desk.forge.web_url}/alice/demo/compare/main...{BRANCH}?expand=1" in done.stderr
    assert report["branch"] == BRANCH
    assert report["head-sha"] == desk.hosted.tip(BRANCH)
    assert "may not open pull requests" in report["error"]["message"]


def test_the_token_goes_nowhere_but_to_the_server_that_is_named(desk: Desk, tmp_path: Path) -> None:
    with Forge(tmp_path / "other") as other:
        desk.repo.git("remote", "set-url", "origin", f"{other.web_url}/alice/demo.git")
        done, _ = desk.pr()

        assert done.returncode == 6
        assert "which is no repository on" in done.stderr
        assert (other.log, other.git_log, desk.forge.log, desk.forge.git_log) == ([], [], [], [])


SPY = """
import os, pathlib
seen = repr(dict(os.environ))
pid = os.getppid()
for _ in range(3):
    for name in ("environ", "cmdline"):
        try:
            seen += repr((pathlib.Path("/proc") / str(pid) / name).read_bytes())
        except OSError:
            pass
    try:
        pid = int(pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        break
raise SystemExit("ghs_mine" in seen)
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells it")
def test_the_token_is_in_no_child_no_output_no_file(desk: Desk) -> None:
    token = "ghs_mine0123456789"
    desk.forge.tokens[token] = desk.forge.tokens[TOKEN]
    desk.push({"spy.py": SPY})
    # The first counts; those that nothing takes are wrong, and as secret.
    given = {"AUTOTRANSFORM_GITHUB_TOKEN": token, "GITHUB_TOKEN": "ghs_mine_2", "GH_TOKEN": "ghs_mine_3"}
    done, report = desk.pr(
        "--verify", f"{sys.executable} spy.py", environment={**given, "GIT_TRACE": "1", "GIT_CURL_VERBOSE": "1"}
    )
    left = [path for path in desk.repo.path.rglob("*") if path.is_file() and b"ghs_mine0" in path.read_bytes()]

    assert done.returncode == 0, done.stderr
    assert report["operation"] == "created"
    assert "ghs_mine" not in done.stdout + done.stderr + json.dumps(report)
    assert left == []


def test_a_token_that_came_later_is_taken_out_of_the_environment(tmp_path: Path) -> None:
    code = (
        "import os\nos.environ |= {'GITHUB_TOKEN': ' first ', 'GH_TOKEN': 'second'}\n"
        "from autotransform.cli.token import take_github_token\n"
        "print(take_github_token(), [name for name in os.environ if name in ('GITHUB_TOKEN', 'GH_TOKEN')])"
    )
    clean = {name: value for name, value in os.environ.items() if not name.endswith("TOKEN")}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=tmp_path, env=clean, capture_output=True, text=True, check=False
    )

    assert done.stdout == "first []\n"


def event(tmp_path: Path, *, head: str) -> dict[str, str]:
    payload = {"pull_request": {"head": {"ref": "topic", "repo": {"full_name": head}}}}
    (tmp_path / "event.json").write_text(json.dumps(payload))
    return {
        "GITHUB_ACTIONS": "true",
        "GITHUB_EVENT_NAME": "pull_request",
        "GITHUB_EVENT_PATH": str(tmp_path / "event.json"),
        "GITHUB_REPOSITORY": "alice/demo",
        "GITHUB_REF": "refs/pull/7/merge",
        "GITHUB_REF_NAME": "7/merge",
        "GITHUB_REF_TYPE": "branch",
        "GITHUB_HEAD_REF": "topic",
        "GITHUB_BASE_REF": "main",
    }


def test_a_pull_request_of_a_fork_makes_it_a_dry_run(desk: Desk, tmp_path: Path) -> None:
    done, report = desk.pr(environment=event(tmp_path, head="mallory/demo"))

    assert done.returncode == 0, done.stderr
    assert "its token can only read" in done.stderr
    assert report["dry_run"] is True
    assert (desk.forge.log, desk.forge.git_log) == ([], [])


def test_a_template_that_is_not_there_is_told(desk: Desk) -> None:
    done, _ = desk.pr("--dry-run", "--body-template", "none.md")

    assert done.returncode == 2
    assert "The template none.md cannot be read: No such file" in done.stderr


@pytest.mark.parametrize("template", [pytest.param("link.md", marks=pytest.mark.long), "folder/real.md"])
def test_a_template_that_is_a_link_is_told_to_be_one(desk: Desk, template: str) -> None:
    (desk.repo.path / "link.md").symlink_to("docs/real.md")
    (desk.repo.path / "folder").symlink_to("docs")
    table = f'[tool.autotransform.pull-request]\ntemplate = "{template}"\n'
    desk.push({"pyproject.toml": table, "docs/real.md": "Hello\n"})
    done, _ = desk.pr("--dry-run")

    assert done.returncode == 2
    assert f"{template.partition('/')[0]} is a symbolic link, and links are not followed" in " ".join(
        done.stderr.split()
    )


def test_a_merge_that_nobody_made_is_neither_base_nor_target(desk: Desk, tmp_path: Path) -> None:
    main = desk.repo.head
    desk.repo.git("switch", "--quiet", "--detach")
    desk.repo.commit({"merged.py": OLD}, message="Merge 1 into 2")
    desk.repo.git("branch", "-D", "main")
    done, report = desk.pr(environment=event(tmp_path, head="alice/demo"))

    assert done.returncode == 0, done.stderr
    assert (report["base"], report["target"], report["counts"]["changed"]) == (main, "main", 2)


@pytest.mark.long
def test_it_goes_to_the_branch_that_it_starts_from(desk: Desk) -> None:
    desk.repo.git("switch", "--quiet", "--create", "release")
    desk.push({"d.py": "x = 1\n"}, branch="release")
    done, report = desk.pr()

    assert done.returncode == 0, done.stderr
    assert report["target"] == "release"


@pytest.mark.long
def test_a_base_that_is_not_pushed_is_told(desk: Desk) -> None:
    desk.repo.git("switch", "--quiet", "--create", "mine")
    desk.repo.commit({"d.py": "x = 1\n"})
    done, report = desk.pr()

    assert done.returncode == 0, done.stderr
    assert report["target"] == "main"
    assert "holds commits that main on origin does not have" in done.stderr


def test_an_old_checkout_moves_no_pull_request_back_unless_that_is_wanted(desk: Desk) -> None:
    desk.push({"d.py": OLD})
    desk.pr()
    tip = desk.hosted.tip(BRANCH)
    desk.push({"e.py": "x = 1\n"})
    desk.repo.git("switch", "--quiet", "--detach", "HEAD~2")
    done, report = desk.pr()

    assert done.returncode == 5
    assert "is 2 commits behind main on origin" in done.stderr
    assert "is 1 commit older than" in report["error"]["message"]
    assert "--move-back" in report["error"]["hint"]
    assert desk.hosted.tip(BRANCH) == tip

    done, report = desk.pr("--move-back")

    assert done.returncode == 0, done.stderr
    assert (report["operation"], report["base"]) == ("updated", desk.repo.head)


def test_a_target_that_is_not_there_is_told_before_the_run(desk: Desk) -> None:
    done, _ = desk.pr("--target", "nowhere")

    assert done.returncode == 2
    assert "There is no branch nowhere on origin" in done.stderr
    assert desk.repo.git("branch", "--list", "autotransform/*") == ""


def test_the_configuration_says_what_the_command_line_does_not(desk: Desk) -> None:
    table = (
        '[tool.autotransform.pull-request]\nlabels = ["codemod"]\ntitle = "Ours"\ntemplate = "t.md"\ndraft = true\n'
        'split-by = "directory"\nopen-limit = 1\n'
    )
    desk.push({"pyproject.toml": table, "t.md": "Hello {{ name }}\n"})
    done, report = desk.pr("--no-draft")
    pull = desk.hosted.pull(1)

    assert done.returncode == 0, done.stderr
    assert (pull.title, pull.labels, pull.draft) == ("Ours (b)", ["codemod"], False)
    assert "Hello `pytz_utc`" in str(pull.body)
    assert report["waiting"] == [f"{BRANCH}--top-level"]
    assert "1 more wait" in done.stderr


def test_an_archived_repository_is_told_before_the_run(desk: Desk) -> None:
    desk.hosted.is_archived = True
    done, _ = desk.pr()

    assert done.returncode == 6
    assert "is archived, and read-only" in done.stderr
    assert desk.forge.git_log == []
