from __future__ import annotations

import json

import pytest

from autotransform.errors import GitHubError, NotPermittedError, RefusedError
from autotransform.publish.github.refusals import Attempt, ExistsError, UnknownNodeError, explain
from tests.servers.forge import words

ATTEMPT = Attempt(
    action="open a pull request",
    repository="alice/demo",
    web_url="https://github.com",
    permission="pull-requests: write",
    head="autotransform/six",
    base="main",
)


def _explained(refusal: words.Refusal) -> GitHubError:
    content = json.dumps(refusal.content()).encode() if refusal.body is None else refusal.body
    headers = {name.lower(): value for name, value in refusal.headers.items()}
    return explain(refusal.status, content, headers=headers, attempt=ATTEMPT)


def _pull_fault(message: str) -> words.Refusal:
    return words.invalid("PullRequest", code="custom", message=message)


@pytest.mark.parametrize(
    ("refusal", "message", "mend"),
    [
        (words.BAD_CREDENTIALS, "does not accept the token", "gh auth login"),
        (words.REQUIRES_AUTHENTICATION, "does not accept the token", "GITHUB_TOKEN"),
        (words.NOT_PERMITTED, "GitHub Actions may not open pull requests", "/alice/demo/settings/actions"),
        (words.NOT_ACCESSIBLE, "token of this workflow may not open a pull request", "permissions: pull-requests: wri"),
        (words.NOT_ACCESSIBLE, "may not open a pull request in alice/demo", "fork's pull request starts can only read"),
        (words.NOT_ACCESSIBLE_BY_TOKEN, "personal access token may not", "settings/personal-access-tokens"),
        (words.SAML, "single sign-on", "https://github.com/orgs/acme/sso?authorization_request=A1B2"),
        (words.IP_NOT_ALLOWED, "lets only some addresses in", "on a machine that is allowed"),
        (words.ARCHIVED, "archived", "https://github.com/alice/demo/settings"),
        (words.ISSUES_DISABLED, "turned off in alice/demo: Issues are disabled", "Features"),
        (words.NOT_FOUND, "shows this token nothing of alice/demo", "git remote get-url"),
        (words.DUPLICATE_HEADER, "two tokens at once", "persist-credentials: false"),
        (
            _pull_fault("A pull request already exists for alice:x."),
            "pull request for autotransform/six",
            "pulls?q=",
        ),
        (_pull_fault("No commits between main and x"), "nothing to merge: main holds every", "autotransform apply"),
        (words.TOO_LONG, "longer than GitHub takes", "--split-by"),
        (words.invalid("PullRequest", field="head", code="invalid"), "does not know the branch auto", "Push it first"),
        (words.invalid("PullRequest", field="base", code="invalid"), "no branch main in alice/demo", "--base"),
        (words.NO_DRAFTS, "no draft pull requests", "Leave --draft out"),
        (words.UNKNOWN_NODE, "does not know the pull request everywhere", "Run the command again"),
        (words.OWN_REVIEW, "the one who opened", "Leave them out of `reviewers`"),
        (words.not_collaborator("alice/demo"), "people and teams who have access to alice/demo", "settings/access"),
        (words.SPAMMED, "takes no more for the moment", "in some minutes"),
        (words.SERVER_ERROR, "failed to open a pull request, with status 502", "githubstatus.com"),
        (words.UNICORN, "failed to open a pull request, with status 503", "githubstatus.com"),
        (words.Refusal(status=403, message="Repository access blocked"), "did not let us open", "pull-requests: write"),
        (words.Refusal(status=422, message="Something new."), "did not open a pull request in alice/demo: Some", ""),
    ],
)
def test_a_refusal_says_what_to_change_where(refusal: words.Refusal, message: str, mend: str) -> None:
    error = _explained(refusal)

    assert message in error.message
    assert mend in error.hint
    assert error.exit_code == (7 if refusal is words.NOT_PERMITTED else 6)


def test_where_workflows_may_not_the_branch_can_still_be_proposed_by_hand() -> None:
    error = _explained(words.NOT_PERMITTED)

    assert isinstance(error, NotPermittedError)
    assert "https://github.com/alice/demo/compare/main...autotransform/six?expand=1" in error.hint
    assert error.details == ("GitHub said (403): GitHub Actions is not permitted to create or approve pull requests.",)


@pytest.mark.parametrize(
    ("refusal", "kind"),
    [
        (_pull_fault("A pull request already exists for alice:x."), ExistsError),
        (words.UNKNOWN_NODE, UnknownNodeError),
        (words.TOO_LONG, RefusedError),
        (words.BAD_CREDENTIALS, GitHubError),
        (words.SERVER_ERROR, GitHubError),
    ],
)
def test_what_can_be_mended_at_once_has_a_class_of_its_own(refusal: words.Refusal, kind: type[GitHubError]) -> None:
    assert type(_explained(refusal)) is kind


def test_a_page_for_people_is_not_shown() -> None:
    error = _explained(words.UNICORN)

    assert error.details == ()


@pytest.mark.parametrize(
    "content",
    [b"", b"null", b"[]", b"[1]", b'"x"', b"{", b"\xff\xfe", b'{"message": 7}', b'{"errors": {"a": 1}}', b"[" * 99999],
)
def test_an_answer_of_another_shape_is_still_a_refusal(content: bytes) -> None:
    error = explain(422, content, headers={}, attempt=ATTEMPT)

    assert error.message.startswith("GitHub did not open a pull request in alice/demo: ")


def test_what_stands_in_between_writes_nothing_to_the_terminal() -> None:
    message = "\x1b]0;title\x07\x1b[2J\n\n::error::forged\n{settings}{0}" + "x" * 100_000
    error = _explained(words.Refusal(status=422, message=message))

    shown = "".join((error.message, error.hint, *error.details))
    assert [letter for letter in shown if not letter.isprintable()] == []
    assert len(shown) < 1000


@pytest.mark.parametrize("sso", ["", "required; url=https://evil.example/sso", "required; url=javascript:alert(1)"])
def test_nobody_is_sent_to_another_host_to_authorise(sso: str) -> None:
    refusal = words.Refusal(status=403, message=words.SAML.message, headers={"X-GitHub-SSO": sso} if sso else {})

    assert _explained(refusal).hint == "Authorise it: https://github.com/settings/tokens"
