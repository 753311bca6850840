"""`autotransform status` as a process."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.servers.forge.server import TOKEN, Forge
from tests.servers.forge.storage import Pull, writing

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from tests.cli.conftest import RunCli
    from tests.conftest import GitRepo
    from tests.servers.forge.storage import Hosted

MARKER = f"<!-- autotransform: six - {'0' * 64} -->"


@pytest.fixture
def hosted(tmp_path: Path) -> Iterator[Hosted]:
    """Give a repository with two parts that are open, one pull request that is merged, and one of a fork."""
    with Forge(tmp_path / "forge") as forge:
        forge.tokens["ghs_blind"] = writing(checks="none")
        hosted = forge.create("alice/demo")
        hosted.commit("main", "1\n")
        for number, (head, state, owner) in enumerate(
            (
                ("autotransform/six--b", "open", "alice"),
                ("autotransform/six--a", "open", "alice"),
                ("autotransform/six", "closed", "alice"),
                ("autotransform/six", "closed", "mallory"),
                ("autotransform/sixty", "open", "alice"),
            ),
            start=1,
        ):
            if state == "open":
                hosted.commit(head, f"{number}\n", onto="main")
            sha = hosted.tip(head) or "0" * 40
            pull = Pull(number=number, title="Six", base="main", head=head, head_sha=sha, user="bob", head_owner=owner)
            pull.body, pull.state, pull.merged = MARKER, state, state == "closed"
            hosted.pulls.append(pull)
        yield hosted


@pytest.fixture
def status(run_cli: RunCli, git_repo: GitRepo, hosted: Hosted) -> Callable[..., subprocess.CompletedProcess[str]]:
    git_repo.git("remote", "add", "origin", hosted.url)
    server = hosted.url.removesuffix("/alice/demo.git")

    def run(*arguments: str, token: str = TOKEN) -> subprocess.CompletedProcess[str]:
        environment = {"GITHUB_API_URL": f"{server}/api/v3", "GITHUB_TOKEN": token}
        return run_cli("status", *arguments, cwd=git_repo.path, environment=environment)

    return run


def test_open_ones_come_first_with_checks_and_reviews(
    hosted: Hosted, status: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    sha = str(hosted.tip("autotransform/six--b"))
    hosted.check_runs[sha] = [("tests", "completed", "failure"), ("lint", "in_progress", None)]
    hosted.pull(1).reviews = [("bob", "CHANGES_REQUESTED")]
    done = status("six", "--json")
    found = json.loads(done.stdout)["pull_requests"]

    assert done.returncode == 0, done.stderr
    assert [(each["number"], each["part"], each["state"]) for each in found] == [
        (2, "a", "open"),
        (1, "b", "open"),
        (3, "", "merged"),
    ]
    assert found[1]["checks"] == {"state": "failed", "passed": [], "failed": ["tests"], "pending": ["lint"]}
    assert found[1]["reviews"] == [{"author": "bob", "state": "changes requested"}]
    assert found[2]["checks"] is None


def test_a_hostile_title_controls_no_terminal(
    hosted: Hosted, status: Callable[..., subprocess.CompletedProcess[str]]
) -> None:
    hosted.pull(1).title = "Six \x1b[31mred\x1b[0m [bold]x[/] \u202etfel\r\n::error::forged"
    done = status()

    assert done.returncode == 0, done.stderr
    assert "[bold]x[/]" in done.stdout
    assert not {"\x1b", "\u202e", "\r"} & {*done.stdout}
    assert len(done.stdout.splitlines()) == 5


def test_checks_that_the_token_may_not_read_hide_nothing_else(
    status: Callable[..., subprocess.CompletedProcess[str]],
) -> None:
    done = status("sixty", token="ghs_blind")

    assert done.returncode == 0, done.stderr
    assert "not readable" in done.stdout
    assert "#5" in done.stdout


@pytest.mark.long
def test_nothing_of_ours_is_told(status: Callable[..., subprocess.CompletedProcess[str]]) -> None:
    assert status("seven").stdout == "There is no pull request of ours here.\n"
