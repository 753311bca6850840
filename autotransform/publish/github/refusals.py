"""What GitHub's API says when it refuses, and what to change where."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from autotransform.errors import GitHubError, NotPermittedError, RefusedError

if TYPE_CHECKING:
    from collections.abc import Mapping

_LONGEST, _MOST_FAULTS = 300, 5
_HTML = re.compile(rb"\s*<(!doctype|html)", re.IGNORECASE)
_ANY = range(100, 1000)
_CLIENT, _SERVER = range(400, 500), range(500, 600)


class ExistsError(RefusedError):
    """There is a pull request for this branch already."""


class UnknownNodeError(RefusedError):
    """What was made a moment ago is not known everywhere yet; another try helps."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """What was tried, where."""

    #: Goes on after "GitHub did not let us …": ``open a pull request``.
    action: str
    #: ``owner/name``.
    repository: str
    #: Where people go: ``https://github.com``.
    web_url: str
    #: What the token needs, as a workflow has it: ``pull-requests: write``.
    permission: str
    head: str = ""
    base: str = ""

    @property
    def compare_url(self) -> str:
        """Where a person opens a pull request for the branch."""
        return compare_url(self.web_url, self.repository, head=self.head, base=self.base)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """One thing that GitHub says."""

    statuses: range
    pattern: str
    #: May use what ``_named`` gives.
    message: str
    hint: str
    kind: type[GitHubError] = RefusedError


_TOKEN = "a token of your own or of an App (https://github.com/actions/create-github-app-token)"  # noqa: S105 - words

_ROWS = (
    _Row(
        statuses=range(401, 402),
        pattern="",
        message="GitHub does not accept the token: it is wrong, has expired, or was revoked.",
        hint='Make a new one, or log in again (gh auth login), and pass it: GITHUB_TOKEN="$(gh auth token)"',
        kind=GitHubError,
    ),
    _Row(
        statuses=range(403, 404),
        pattern="not permitted to create or approve pull requests",
        message="GitHub Actions may not open pull requests in {repository}; the branch {head} is there.",
        hint="Turn on 'Allow GitHub Actions to create and approve pull requests' at {settings}/actions (where it is"
        " grey, an owner of the organisation has to first), or pass " + _TOKEN + ". Or open it by hand: {compare}",
        kind=NotPermittedError,
    ),
    _Row(
        statuses=range(403, 404),
        pattern="not accessible by integration",
        message="The token of this workflow may not {action} in {repository}.",
        hint="Give the job what it needs in the workflow file: `permissions: {permission}`. A workflow that a fork's"
        " pull request starts can only read, whatever stands there.",
    ),
    _Row(
        statuses=range(403, 404),
        pattern="not accessible by personal access token",
        message="This personal access token may not {action} in {repository}.",
        hint="Give it `{permission}` for this repository: {web}/settings/personal-access-tokens",
    ),
    _Row(
        statuses=range(403, 404),
        pattern="SAML enforcement",
        message="The organisation of {repository} wants the token authorised for single sign-on.",
        hint="Authorise it: {sso}",
    ),
    _Row(
        statuses=range(403, 404),
        pattern="IP allow list",
        message="The organisation of {repository} lets only some addresses in, and this machine's is none of them.",
        hint="Run it on a machine that is allowed, or have an owner add this one: Settings, Authentication security.",
    ),
    _Row(
        statuses=_CLIENT,
        pattern="archived",
        message="The repository {repository} is archived, and read-only.",
        hint="Unarchive it first: {settings}, Danger Zone.",
    ),
    _Row(
        statuses=range(410, 411),
        pattern="",
        message="What is needed to {action} is turned off in {repository}: {words}.",
        hint="Turn it on: {settings}, Features.",
    ),
    _Row(
        statuses=range(404, 405),
        pattern="",
        message="GitHub shows this token nothing of {repository}: there is no such thing, or the token may not see it.",
        hint="Check the remote (git remote get-url origin), and that the token reaches this repository with"
        " `{permission}`.",
    ),
    _Row(
        statuses=_CLIENT,
        pattern="Duplicate header",
        message="GitHub was sent two tokens at once.",
        hint="Something in between adds one. In a workflow, let actions/checkout keep none: persist-credentials: false",
    ),
    _Row(
        statuses=range(422, 423),
        pattern="pull request already exists",
        message="There is a pull request for {head} already.",
        hint="Look at it: {web}/{repository}/pulls?q=head:{head}",
        kind=ExistsError,
    ),
    _Row(
        statuses=range(422, 423),
        pattern="No commits between",
        message="There is nothing to merge: {base} holds every commit of {head} already.",
        hint="Run `autotransform apply` again: where it finds nothing to change, there is nothing left to do.",
    ),
    _Row(
        statuses=range(422, 423),
        pattern=r"too long",
        message="The text of the pull request is longer than GitHub takes: {words}.",
        hint="Split the change (--split-by), or shorten the request in the header of the script.",
    ),
    _Row(
        statuses=range(422, 423),
        pattern=r"\bhead\b.*\binvalid\b",
        message="GitHub does not know the branch {head} of {repository}.",
        hint="Push it first, or run the command again: what was just pushed may take a moment.",
    ),
    _Row(
        statuses=range(422, 423),
        pattern=r"\bbase\b.*\binvalid\b",
        message="There is no branch {base} in {repository} that a pull request could go to.",
        hint="Name one that is there with --base; a commit or a tag will not do.",
    ),
    _Row(
        statuses=range(422, 423),
        pattern="Draft pull requests are not supported",
        message="{repository} has no draft pull requests: they come with a paid plan for private repositories.",
        hint="Leave --draft out, and `draft` in [tool.autotransform.pull-request].",
    ),
    _Row(
        statuses=range(422, 423),
        pattern="Could not resolve to a node",
        message="GitHub does not know the pull request everywhere yet.",
        hint="Run the command again: it goes on where it is now.",
        kind=UnknownNodeError,
    ),
    _Row(
        statuses=range(422, 423),
        pattern="Review cannot be requested from pull request author",
        message="A review cannot be asked of the one who opened the pull request.",
        hint="Leave them out of `reviewers`.",
    ),
    _Row(
        statuses=range(422, 423),
        pattern="may only be requested from collaborators",
        message="A review can only be asked of people and teams who have access to {repository}.",
        hint="Give them access at {settings}/access. For teams the token must see the organisation: pass " + _TOKEN,
    ),
    _Row(
        statuses=range(422, 423),
        pattern="submitted too quickly",
        message="GitHub takes no more for the moment: too much was made in too short a time.",
        hint="Run the command again in some minutes: it goes on where it is now.",
    ),
    _Row(
        statuses=_SERVER,
        pattern="",
        message="GitHub failed to {action}, with status {status}.",
        hint="See https://www.githubstatus.com, then run the command again: it goes on where it is now.",
        kind=GitHubError,
    ),
    _Row(
        statuses=range(403, 404),
        pattern="",
        message="GitHub did not let us {action} in {repository}: {words}.",
        hint="Check that the token has `{permission}` there.",
    ),
    _Row(
        statuses=_ANY,
        pattern="",
        message="GitHub did not {action} in {repository}: {words}.",
        hint="",
    ),
)


def explain(status: int, content: bytes, *, headers: Mapping[str, str], attempt: Attempt) -> GitHubError:
    """Say what a refusal means, and what to do about it.

    Args:
        status: Of the answer.
        content: Of the answer; from anybody who stands in between, too.
        headers: Of the answer, names in lower case.
        attempt: What was tried.
    """
    words = _words(content)
    row = next(row for row in _ROWS if status in row.statuses and re.search(row.pattern, words, re.IGNORECASE))
    named = _named(attempt, status=status, words=words, sso=headers.get("x-github-sso", ""))
    details = (f"GitHub said ({status}): {words}",) if words else ()
    return row.kind(row.message.format(**named), details=details, hint=row.hint.format(**named))


def compare_url(web_url: str, repository: str, *, head: str, base: str) -> str:
    """Give the page on which a person opens a pull request for a branch."""
    return f"{web_url}/{repository}/compare/{quote(base)}...{quote(head)}?expand=1"


def _named(attempt: Attempt, *, status: int, words: str, sso: str) -> dict[str, Any]:
    found = re.search(r"url=([!-~]+)", sso)
    page = found[1] if found and found[1].startswith(f"{attempt.web_url}/") else ""
    return {
        "action": attempt.action,
        "repository": attempt.repository,
        "permission": attempt.permission,
        "head": attempt.head or "the branch",
        "base": attempt.base or "the base",
        "web": attempt.web_url,
        "settings": f"{attempt.web_url}/{attempt.repository}/settings",
        "compare": attempt.compare_url,
        "status": status,
        "words": words.rstrip(".") or f"status {status}, and no reason",
        "sso": page or f"{attempt.web_url}/settings/tokens",
    }


def _words(content: bytes) -> str:
    """Give GitHub's own words as one line; nothing where it sent a page for people."""
    if _HTML.match(content[:100]):
        return ""
    try:
        value = json.loads(content)
    except (ValueError, RecursionError):
        return _line(content[:2000].decode(errors="replace"))
    if not isinstance(value, dict):
        return ""
    errors = value.get("errors")
    faults = [_fault(error) for error in (errors if isinstance(errors, list) else [errors])[:_MOST_FAULTS]]
    return _line(": ".join(filter(None, (str(value.get("message", "")), "; ".join(filter(None, faults))))))


def _fault(error: object) -> str:
    if not isinstance(error, dict):
        return str(error or "")
    return str(error.get("message") or " ".join(str(error.get(key, "")) for key in ("resource", "field", "code")))


def _line(text: str) -> str:
    shown = "".join(letter if letter.isprintable() else " " for letter in text)
    shown = re.sub(r" {2,}", " ", shown).strip()
    return shown if len(shown) <= _LONGEST else f"{shown[:_LONGEST]}…"
