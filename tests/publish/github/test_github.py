from __future__ import annotations

import json
import logging
import socket
import traceback
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from autotransform.errors import AutoTransformError, GitHubError, NotPermittedError, RefusedError, UsageError
from autotransform.publish.github.client import GitHub
from autotransform.publish.github.remotes import find_home, find_server, find_token
from autotransform.publish.github.transport import LostError
from autotransform.publish.github.values import Checks, Review
from autotransform.repository import Repository
from tests.servers.forge import words
from tests.servers.forge.server import TOKEN, Forge
from tests.servers.forge.shapes import Shapes
from tests.servers.forge.storage import Pull, reading, writing

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from autotransform.publish.github.values import PullRequest
    from tests.conftest import GitRepo
    from tests.servers.forge.storage import Hosted

HEAD = "autotransform/six"
ROOT = "/repos/alice/demo"


class Desk:
    """A repository on the forge with a branch of ours, a client, and how long the client waited."""

    def __init__(self, forge: Forge, *, patience: float = 600.0) -> None:
        self.forge = forge
        self.hosted: Hosted = forge.create("alice/demo")
        self.hosted.commit("main", "1\n")
        self.hosted.commit(HEAD, "2\n", onto="main")
        self.waited: list[float] = []
        self.github = self.client(patience=patience)

    def client(self, *, token: str = TOKEN, patience: float = 600.0) -> GitHub:
        wait = self.waited.append
        return GitHub(self.forge.api_url, token, owner="alice", name="demo", wait=wait, patience=patience)

    def create(self, *, head: str = HEAD, base: str = "main", title: str = "Six", body: str = "Text.") -> PullRequest:
        return self.github.create_pull(head=head, base=base, title=title, body=body)

    def calls(self) -> list[str]:
        return [call.replace(ROOT, "") for call in self.forge.calls()]


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with Forge(tmp_path / "forge") as forge:
        desk = Desk(forge)
        with desk.github:
            yield desk


# Pull requests


def test_a_pull_request_is_created_found_changed_and_closed(desk: Desk) -> None:
    github = desk.github

    assert github.find_pull(head=HEAD, base="main") is None
    created = desk.create()
    found = github.find_pull(head=HEAD, base="main")
    changed = github.update_pull(created.number, title="Seven")
    closed = github.close_pull(created.number, comment="Nothing is left to do.")

    assert found == created
    assert (created.number, created.state, created.is_draft, created.head, created.base) == (
        1,
        "open",
        False,
        HEAD,
        "main",
    )
    assert created.url == f"{desk.forge.web_url}/alice/demo/pull/1"
    assert (created.head_sha, created.author) == (desk.hosted.tip(HEAD), "github-actions[bot]")
    assert (changed.title, changed.body) == ("Seven", "Text.")
    assert closed.state == "closed"
    assert desk.hosted.pull(1).comments == [("github-actions[bot]", "Nothing is left to do.")]
    assert github.find_pull(head=HEAD, base="main") is None


def test_a_merged_pull_request_is_no_open_one(desk: Desk) -> None:
    desk.create()
    desk.hosted.merge(1)

    assert desk.github.find_pull(head=HEAD, base="main") is None
    assert desk.github.update_pull(1, title="x").state == "merged"


def test_one_that_somebody_opened_meanwhile_is_updated(desk: Desk) -> None:
    desk.create(title="Theirs")

    ours = desk.create(title="Ours")

    assert (ours.number, ours.title) == (1, "Ours")
    assert len(desk.hosted.pulls) == 1


@pytest.mark.parametrize("refusal", [words.DROPPED_AFTER, replace(words.SERVER_ERROR, how="answer after")])
def test_a_pull_request_whose_answer_was_lost_is_not_opened_twice(desk: Desk, refusal: words.Refusal) -> None:
    desk.forge.refuse(refusal, on="POST */pulls")

    created = desk.create()

    assert created.number == 1
    assert len(desk.hosted.pulls) == 1
    assert [call.partition(" ")[0] for call in desk.calls()] == ["POST", "GET"]


@pytest.mark.parametrize("refusal", [words.DROPPED, words.SERVER_ERROR, words.UNICORN])
def test_a_pull_request_is_tried_again_after_looking(desk: Desk, refusal: words.Refusal) -> None:
    desk.forge.refuse(refusal, on="POST */pulls", times=2)

    desk.create()

    assert [call.partition(" ")[0] for call in desk.calls()] == ["POST", "GET", "POST", "GET", "POST"]
    assert len(desk.hosted.pulls) == 1


def test_a_pull_request_is_not_tried_for_ever(desk: Desk) -> None:
    desk.forge.refuse(words.SERVER_ERROR, on="POST */pulls", times=9)

    with pytest.raises(GitHubError, match="failed to open a pull request, with status 502"):
        desk.create()

    assert len([call for call in desk.calls() if call.startswith("POST")]) == 3


def test_a_fork_cannot_pass_its_branch_off_as_ours(desk: Desk) -> None:
    for number, owner in enumerate(("mallory", None), start=1):
        theirs = Pull(
            number=number, title="x", base="main", head=HEAD, head_sha="0" * 40, user="mallory", head_owner=owner
        )
        desk.hosted.pulls.append(theirs)
    ours = desk.create()

    assert desk.github.list_pulls("autotransform/") == (ours,)
    assert desk.github.find_pull(head=HEAD, base="main") == ours


def test_a_server_that_does_not_know_the_filter_gives_us_no_other(desk: Desk) -> None:
    desk.hosted.commit("theirs", "x", onto="main")
    desk.create(head="theirs")
    shapes = Shapes(hosted=desk.hosted, base_url=desk.forge.web_url)
    everything = json.dumps([shapes.pull(pull) for pull in desk.hosted.pulls]).encode()
    desk.forge.refuse(words.Refusal(status=200, body=everything))

    assert desk.github.find_pull(head=HEAD, base="main") is None


def test_open_pull_requests_are_listed_page_by_page(desk: Desk) -> None:
    for name in ("a", "b", "c"):
        desk.hosted.commit(f"{HEAD}--{name}", name, onto="main")
        desk.create(head=f"{HEAD}--{name}")
    desk.hosted.commit("theirs", "x", onto="main")
    desk.create(head="theirs")
    desk.forge.most_per_page = 2

    listed = desk.github.list_pulls("autotransform/")

    assert [pull.number for pull in listed] == [1, 2, 3]


def test_a_comment_is_made_once(desk: Desk) -> None:
    desk.create()
    desk.hosted.pull(1).comments += [("bob", f"{number}") for number in range(3)]
    desk.forge.most_per_page = 2
    desk.forge.refuse(words.DROPPED_AFTER, on="POST */comments")

    desk.github.close_pull(1, comment="Done.\n")
    desk.github.close_pull(1, comment="Done.\n")

    assert [body for _, body in desk.hosted.pull(1).comments] == ["0", "1", "2", "Done.\n"]


# Labels and people


def test_labels_are_added_to_those_that_are_there(desk: Desk) -> None:
    desk.create()
    desk.hosted.pull(1).labels.append("kept")

    assert desk.github.add_labels(1, ["codemod", "with, comma"]) == ("kept", "codemod", "with, comma")


def test_a_pull_request_that_is_not_known_everywhere_yet_is_labelled_later(desk: Desk) -> None:
    desk.create()
    desk.forge.refuse(words.UNKNOWN_NODE, on="POST */labels", times=2)

    desk.github.add_labels(1, ["codemod"])

    assert desk.hosted.pull(1).labels == ["codemod"]
    desk.forge.refuse(words.UNKNOWN_NODE, on="POST */labels", times=3)
    with pytest.raises(GitHubError, match="does not know the pull request everywhere yet"):
        desk.github.add_labels(1, ["other"])


def test_one_who_cannot_be_asked_does_not_keep_the_others_from_it(desk: Desk) -> None:
    desk.hosted.teams.add("core")
    desk.create()

    users = ["mallory", "alice", "github-actions[bot]", "bob"]
    notes = desk.github.request_reviewers(1, users=users, teams=["acme/core", "acme/gone"])

    assert (desk.hosted.pull(1).reviewers, desk.hosted.pull(1).teams) == (["alice", "bob"], ["core"])
    assert [note.partition(":")[0] for note in notes] == [
        f"{name} was not asked for a review" for name in ("mallory", "github-actions[bot]", "gone")
    ]


def test_a_token_that_is_refused_is_no_note_about_reviewers(desk: Desk) -> None:
    desk.create()
    desk.forge.tokens.clear()

    with pytest.raises(GitHubError, match="does not accept the token"):
        desk.github.request_reviewers(1, users=["alice"])


def test_those_whom_github_passes_over_are_named(desk: Desk) -> None:
    desk.create()

    notes = desk.github.add_assignees(1, ["Alice", "bob", "mallory"])

    assert notes == (
        "Alice was not assigned: only people with access to alice/demo can be.",
        "mallory was not assigned: only people with access to alice/demo can be.",
    )


# How they stand


def test_checks_and_statuses_are_one_picture(desk: Desk) -> None:
    sha = str(desk.hosted.tip(HEAD))
    assert desk.github.checks(sha).state == "none"
    desk.hosted.check_runs[sha] = [
        ("lint", "completed", "success"),
        ("docs", "completed", "skipped"),
        ("tests", "in_progress", None),
        ("deploy", "completed", "action_required"),
        ("types", "completed", "timed_out"),
    ]
    desk.hosted.statuses[sha] = [("old-ci", "success"), ("older-ci", "error"), ("cla", "pending")]
    desk.forge.most_per_page = 2

    checks = desk.github.checks(sha)

    assert checks.state == "failed"
    assert {"docs", "lint", "old-ci"} <= {*checks.passed}
    assert checks == Checks(
        passed=("docs", "lint", "old-ci"), failed=("older-ci", "types"), pending=("cla", "deploy", "tests")
    )


def test_what_somebody_said_last_counts(desk: Desk) -> None:
    desk.create()
    desk.hosted.pull(1).reviews += [
        ("bob", "CHANGES_REQUESTED"),
        ("bob", "APPROVED"),
        ("bob", "COMMENTED"),
        ("alice", "APPROVED"),
        ("alice", "CHANGES_REQUESTED"),
        ("carol", "APPROVED"),
        ("carol", "DISMISSED"),
    ]

    assert desk.github.reviews(1) == (
        Review(author="alice", state="changes requested"),
        Review(author="bob", state="approved"),
    )


def test_only_a_branch_of_ours_is_deleted(desk: Desk) -> None:
    desk.hosted.git("update-ref", "refs/heads/autotransform/ä%20#b", "refs/heads/main")
    assert desk.github.delete_branch("autotransform/ä%20#b") is True
    assert desk.github.delete_branch(HEAD) is True
    assert desk.github.delete_branch(HEAD) is False
    with pytest.raises(ValueError, match="main"):
        desk.github.delete_branch("main")

    assert desk.hosted.tip("main") is not None


def test_the_repository_is_described(desk: Desk) -> None:
    described = desk.github.repository()

    assert (described.full_name, described.default_branch, described.is_archived) == ("alice/demo", "main", False)


# Refusals on the way


@pytest.mark.parametrize(
    ("act", "message"),
    [
        (lambda desk: desk.create(body="x" * 65_537), "longer than GitHub takes"),
        (lambda desk: desk.create(head="autotransform/gone"), "does not know the branch autotransform/gone"),
        (lambda desk: desk.create(base="v1.0"), "no branch v1.0"),
        (lambda desk: desk.github.update_pull(9, title="x"), "shows this token nothing"),
    ],
)
def test_what_cannot_be_is_refused(desk: Desk, act: Callable[[Desk], object], message: str) -> None:
    with pytest.raises(RefusedError, match=message):
        act(desk)

    assert desk.hosted.pulls == []


def test_a_branch_with_nothing_to_merge(desk: Desk) -> None:
    desk.hosted.git("update-ref", "refs/heads/main", f"refs/heads/{HEAD}")

    with pytest.raises(RefusedError, match="nothing to merge"):
        desk.create()


def test_drafts_where_there_are_none(desk: Desk) -> None:
    desk.hosted.has_drafts = False

    with pytest.raises(RefusedError, match="no draft pull requests"):
        desk.github.create_pull(head=HEAD, base="main", title="x", body="", is_draft=True)
    desk.hosted.has_drafts = True
    assert desk.github.create_pull(head=HEAD, base="main", title="x", body="", is_draft=True).is_draft


def test_a_workflow_that_may_not_open_pull_requests(desk: Desk) -> None:
    desk.hosted.may_actions_open = False

    with pytest.raises(NotPermittedError) as caught:
        desk.create()

    assert caught.value.exit_code == 7
    assert f"{desk.forge.web_url}/alice/demo/settings/actions" in caught.value.hint
    assert desk.github.compare_url(head=HEAD, base="main") in caught.value.hint


def test_a_workflow_that_a_fork_started(desk: Desk) -> None:
    desk.forge.tokens[TOKEN] = reading()

    with pytest.raises(RefusedError, match="token of this workflow may not open a pull request"):
        desk.create()
    assert desk.github.repository().full_name == "alice/demo"


def test_a_repository_that_the_token_does_not_see(desk: Desk) -> None:
    desk.forge.tokens[TOKEN] = replace(writing(), repositories=frozenset())

    with pytest.raises(RefusedError, match="shows this token nothing of alice/demo"):
        desk.github.repository()


def test_an_archived_repository(desk: Desk) -> None:
    desk.hosted.is_archived = True

    with pytest.raises(RefusedError, match="archived"):
        desk.create()


# Limits


def test_a_limit_is_waited_for_as_it_asks(desk: Desk) -> None:
    desk.forge.refuse(words.secondary_limited(retry_after="17"), on="POST */pulls")
    desk.forge.refuse(words.secondary_limited(status=429, retry_after="3"), on="POST */pulls")

    desk.create()

    assert desk.waited == [17.0, 3.0]
    assert len(desk.hosted.pulls) == 1


def test_a_limit_that_names_no_time_doubles(desk: Desk) -> None:
    desk.forge.refuse(words.secondary_limited(retry_after=None), times=2)
    desk.forge.refuse(words.secondary_limited(retry_after="Wed, 21 Oct 2015 07:28:00 GMT"))

    desk.github.repository()

    assert desk.waited == [60.0, 120.0, 60.0]


def test_the_hours_requests_are_waited_for_by_the_servers_clock(desk: Desk) -> None:
    limit = words.rate_limited(reset="1700000042")
    date = {"Date": "Tue, 14 Nov 2023 22:13:20 GMT"}
    desk.forge.refuse(replace(limit, headers={**limit.headers, **date}))

    desk.github.repository()

    assert desk.waited == [43.0]


def test_more_than_our_patience_is_not_waited_for(desk: Desk) -> None:
    impatient = desk.client(patience=60)
    desk.forge.refuse(words.secondary_limited(retry_after="50"), times=2)
    with impatient, pytest.raises(GitHubError, match="asks us to wait for 50 seconds") as caught:
        impatient.repository()

    assert desk.waited == [50.0]
    assert "UTC" in caught.value.hint


@pytest.mark.parametrize("header", ["-1", "0", "nan", "1e9", "²", "99999999999999999999"])
def test_a_limit_that_asks_for_nonsense(desk: Desk, header: str) -> None:
    desk.forge.refuse(words.secondary_limited(retry_after=header))
    try:
        desk.github.repository()
    except GitHubError as error:
        assert "rate limit" in error.message  # noqa: PT017 - it may, or may wait

    assert all(1 <= seconds <= 600 for seconds in desk.waited)


def test_between_two_that_make_something_there_is_a_pause(desk: Desk) -> None:
    desk.create()
    desk.github.add_labels(1, ["a"])
    desk.github.reviews(1)
    desk.github.add_labels(1, ["b"])

    assert desk.waited == [1.0, 1.0]


# The way there and back


@pytest.mark.parametrize("refusal", [words.SERVER_ERROR, words.UNICORN, words.DROPPED])
def test_what_can_be_repeated_is(desk: Desk, refusal: words.Refusal) -> None:
    desk.create()
    desk.waited.clear()
    for method in ("GET", "PATCH"):
        desk.forge.refuse(refusal, on=f"{method} *", times=2)

    desk.github.repository()
    desk.github.update_pull(1, title="Seven")

    assert desk.waited == [1.0, 2.0, 1.0, 1.0, 2.0]
    assert desk.hosted.pull(1).title == "Seven"


def test_a_server_that_never_answers(desk: Desk) -> None:
    desk.forge.refuse(words.DROPPED, times=99)

    with pytest.raises(LostError, match="does not answer"):
        desk.github.repository()

    assert len(desk.forge.log) == 4


def test_a_server_that_is_not_there() -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{closed.getsockname()[1]}"
        with (
            GitHub(url, TOKEN, owner="a", name="b", wait=lambda _: None) as github,
            pytest.raises(LostError, match="does not answer"),
        ):
            github.repository()


def test_a_renamed_repository_is_found_where_it_is(desk: Desk) -> None:
    desk.forge.rename("alice/demo", "acme/new")

    created = desk.create()
    described = desk.github.repository()

    assert described.full_name == "acme/new"
    assert created.url == f"{desk.forge.web_url}/acme/new/pull/1"
    assert desk.github.find_pull(head=HEAD, base="main") == created


@pytest.mark.parametrize(
    "target",
    [
        "http://localhost:9/api/v3/x",
        "https://127.0.0.1/api/v3/x",
        "//evil.example/x",
        "/elsewhere",
        "http://[",
        "file:///x",
    ],
)
def test_the_token_does_not_follow_to_another_place(desk: Desk, target: str) -> None:
    desk.forge.refuse(words.Refusal(status=307, headers={"Location": target}))

    with pytest.raises(GitHubError, match="the token was not sent"):
        desk.create()

    assert len(desk.forge.log) == 1


def test_going_in_circles_ends(desk: Desk) -> None:
    desk.forge.refuse(words.Refusal(status=301, headers={"Location": f"{desk.forge.api_url}/x"}), times=99)

    with pytest.raises(GitHubError, match="in circles"):
        desk.github.repository()


@pytest.mark.parametrize("link", ["<http://localhost:9/api/v3/x>", "<https://api.github.com/x>"])
def test_a_list_does_not_go_on_elsewhere(desk: Desk, link: str) -> None:
    page = words.Refusal(status=200, body=b"[]", headers={"Link": f'{link}; rel="next"'})
    desk.forge.refuse(page)

    with pytest.raises(GitHubError, match="the token was not sent"):
        desk.github.list_pulls("autotransform/")


def test_a_list_does_not_go_on_for_ever(desk: Desk) -> None:
    link = f'<{desk.forge.api_url}{ROOT}/pulls?page=2>; rel="next"'
    desk.forge.refuse(words.Refusal(status=200, body=b"[]", headers={"Link": link}), times=999)

    with pytest.raises(GitHubError, match="more than 50 pages"):
        desk.github.list_pulls("autotransform/")


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (words.UNICORN.body, "is not GitHub's API: with status 200 it sent no JSON"),
        (b"", "is not GitHub's API"),
        (b"[1, 2", "is not GitHub's API"),
        (b"[" * 100_000, "is not GitHub's API"),
        (b"[]", "not GitHub's API as we know it"),
        (b'{"full_name": "x"}', "leaves out or changes 'default_branch'"),
    ],
)
def test_something_else_that_answers(desk: Desk, body: bytes, message: str) -> None:
    desk.forge.refuse(words.Refusal(status=200, body=body))

    with pytest.raises(GitHubError, match=message):
        desk.github.repository()


def test_with_tls_the_certificate_has_to_be_trusted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Forge(tmp_path / "forge", is_secure=True) as forge:
        desk = Desk(forge)
        with desk.github, pytest.raises(LostError) as caught:
            desk.github.repository()
        monkeypatch.setenv("SSL_CERT_FILE", str(forge.certificate))
        with desk.client() as trusting:
            described = trusting.repository()

    assert "SSL_CERT_FILE" in caught.value.hint
    assert desk.waited == []
    assert described.full_name == "alice/demo"


def test_every_request_says_what_it_is(desk: Desk) -> None:
    desk.github.repository()

    headers = desk.forge.log[0].headers
    assert headers["accept"] == "application/vnd.github+json"
    assert headers["x-github-api-version"] == "2022-11-28"
    assert headers["user-agent"].startswith("autotransform/")


# The token


def test_the_token_is_in_no_error_repr_or_log(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    echo = {"message": f"Authorization: Bearer {TOKEN}", "errors": [TOKEN]}
    refusals = [
        *(value for value in vars(words).values() if isinstance(value, words.Refusal)),
        words.Refusal(status=422, message=str(echo)),
        words.Refusal(status=400, body=f"<pre>Bearer {TOKEN}</pre>".encode()),
        words.Refusal(status=307, headers={"Location": "http://localhost:9/"}),
        words.Refusal(status=403, message=TOKEN, headers={"Retry-After": "9999"}),
    ]
    shown = [repr(desk.github), repr(desk.github._transport), str(vars(desk.github))]
    errors: list[AutoTransformError] = []
    for refusal in refusals:
        desk.forge.refuse(refusal, on="POST *", times=4)
        try:
            desk.create()
        except AutoTransformError as error:
            errors.append(error)
        desk.forge._traps.clear()
        desk.hosted.pulls.clear()
    for each in errors:
        shown += [str(each), repr(each), *each.details, each.hint, *traceback.format_exception(each)]

    assert len(errors) > 15
    assert [text for text in shown if TOKEN in text] == []
    assert TOKEN not in caplog.text


@pytest.mark.parametrize("token", ["ghs_x y", "ghs_x\n", "ghs_\u00e9", "", '"ghs_x"\r\nX: y'])
def test_a_token_that_is_none_is_not_shown(token: str) -> None:
    with pytest.raises(UsageError) as caught:
        GitHub("https://api.github.com", token, owner="a", name="b")

    assert "ghs" not in str(caught.value) + caught.value.hint


@pytest.mark.parametrize(
    "url", ["http://ghe.example/api/v3", "ftp://x", "", "https://", "https://x:y@ghe.example", "http://["]
)
def test_an_api_that_no_token_is_sent_to(url: str) -> None:
    with pytest.raises(UsageError):
        GitHub(url, TOKEN, owner="a", name="b")


# Where


@pytest.mark.parametrize(
    ("environment", "api_url", "web_url"),
    [
        ({}, "https://api.github.com", "https://github.com"),
        ({"GITHUB_API_URL": "https://ghe.example/api/v3/"}, "https://ghe.example/api/v3", "https://ghe.example"),
        ({"GITHUB_API_URL": "https://api.acme.ghe.com"}, "https://api.acme.ghe.com", "https://acme.ghe.com"),
        ({"GITHUB_SERVER_URL": "https://ghe.example"}, "https://ghe.example/api/v3", "https://ghe.example"),
        ({"GITHUB_SERVER_URL": "https://acme.ghe.com"}, "https://api.acme.ghe.com", "https://acme.ghe.com"),
        ({"GITHUB_SERVER_URL": "https://github.com"}, "https://api.github.com", "https://github.com"),
    ],
)
def test_where_the_api_is(environment: dict[str, str], api_url: str, web_url: str) -> None:
    assert find_server(environment) == (api_url, web_url)


@pytest.mark.parametrize(
    ("address", "environment"),
    [
        ("https://github.com/alice/demo.git", {}),
        ("https://x-access-token:secret@GitHub.com:443/alice/demo", {}),
        ("https://github.com/alice/demo/", {}),
        ("git@github.com:alice/demo.git", {}),
        ("ssh://git@github.com/alice/demo.git", {}),
        ("ssh://git@ssh.github.com:443/alice/demo.git", {}),
        ("https://ghe.example:8443/alice/demo", {"GITHUB_API_URL": "https://ghe.example:8443/api/v3"}),
        ("git@github-work:x/y.git", {"GITHUB_REPOSITORY": "alice/demo"}),
        ("/srv/demo.git", {"GITHUB_REPOSITORY": "alice/demo"}),
    ],
)
def test_which_repository_a_remote_is(git_repo: GitRepo, address: str, environment: dict[str, str]) -> None:
    git_repo.git("remote", "add", "origin", address)

    home = find_home(Repository.open(git_repo.path), environment=environment)

    assert (home.remote, home.owner, home.name) == ("origin", "alice", "demo")


@pytest.mark.parametrize(
    ("address", "environment"),
    [
        ("https://evil.example/alice/demo", {}),
        ("https://evil.example/alice/demo", {"GITHUB_REPOSITORY": "alice/demo"}),
        ("https://github.com.evil.example/alice/demo", {}),
        ("http://github.com/alice/demo", {}),
        ("https://github.com:444/alice/demo", {}),
        ("https://github.com/alice", {}),
        ("https://github.com/alice/demo/pulls", {}),
        ("git@evil.example:alice/demo", {}),
        ("https://github.com/alice/demo", {"GITHUB_API_URL": "https://ghe.example/api/v3"}),
        ("/srv/demo.git", {"GITHUB_REPOSITORY": "../x"}),
    ],
)
def test_a_remote_that_is_elsewhere(git_repo: GitRepo, address: str, environment: dict[str, str]) -> None:
    git_repo.git("remote", "add", "origin", address)

    with pytest.raises(GitHubError, match="which is no repository on"):
        find_home(Repository.open(git_repo.path), environment=environment)


def test_which_remote_is_pushed_to(git_repo: GitRepo) -> None:
    repository = Repository.open(git_repo.path)
    with pytest.raises(UsageError, match="no remote to push to"):
        find_home(repository, environment={})
    git_repo.git("remote", "add", "hub", "https://github.com/alice/demo")
    only = find_home(repository, environment={})
    git_repo.git("remote", "add", "fork", "https://github.com/bob/demo")
    with pytest.raises(UsageError, match=r"several remotes \(fork, hub\)"):
        find_home(repository, environment={})

    assert (only.remote, only.owner) == ("hub", "alice")
    assert find_home(repository, remote="fork", environment={}).owner == "bob"


def test_the_token_of_the_environment() -> None:
    assert find_token({"GH_TOKEN": "b\n", "GITHUB_TOKEN": ""}) == "b"
    with pytest.raises(GitHubError, match="no token") as caught:
        find_token({})

    assert "gh auth token" in caught.value.hint
