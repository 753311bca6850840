"""The part of GitHub's REST API that is used here, carried out on what the forge keeps."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from tests.servers.forge import words
from tests.servers.forge.description import example
from tests.servers.forge.storage import ACTIONS, Hosted, Json, Pull, Token

if TYPE_CHECKING:
    from tests.servers.forge.shapes import Shapes

_LONGEST_BODY = 65536


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request, and who makes it."""

    hosted: Hosted
    shapes: Shapes
    token: Token
    query: dict[str, str]
    body: Json

    def pull(self, number: str) -> Pull:
        try:
            return self.hosted.pull(int(number))
        except KeyError:
            raise words.RefusedError(words.NOT_FOUND) from None


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What is answered: a list is shown in pages."""

    status: int = 200
    content: Any = None


Action = Callable[..., Result]
#: Method, pattern below the repository, area that the token needs, what to do.
_ROUTES: list[tuple[str, re.Pattern[str], str, Action]] = []


def _route(method: str, pattern: str, *, area: str) -> Callable[[Action], Action]:
    def keep(action: Action) -> Action:
        _ROUTES.append((method, re.compile(pattern), area, action))
        return action

    return keep


def carry_out(call: Call, method: str, path: str) -> Result:
    """Carry out a request on a repository.

    Raises:
        RefusedError: As GitHub would refuse it.
    """
    for known, pattern, area, action in _ROUTES:
        found = pattern.fullmatch(path)
        if known != method or not found:
            continue
        is_write = method != "GET"
        if not call.token.may(area, write=is_write):
            raise words.RefusedError(words.NOT_ACCESSIBLE if call.token.is_app else words.NOT_ACCESSIBLE_BY_TOKEN)
        if is_write and call.hosted.is_archived:
            raise words.RefusedError(words.ARCHIVED)
        return action(call, *(unquote(part) for part in found.groups()))
    raise words.RefusedError(words.NOT_FOUND)


@_route("GET", "", area="contents")
def _show_repository(call: Call) -> Result:
    return Result(content=call.shapes.repository(can_push=call.token.may("contents", write=True)))


@_route("GET", "/pulls", area="pull_requests")
def _list_pulls(call: Call) -> Result:
    wanted, head, base = call.query.get("state", "open"), call.query.get("head"), call.query.get("base")
    shown = [call.shapes.pull(pull) for pull in reversed(call.hosted.pulls)]
    kept = [each for each in shown if wanted in {"all", each["state"]}]
    kept = [each for each in kept if head is None or each["head"]["label"] == head]
    return Result(content=[each for each in kept if base is None or each["base"]["ref"] == base])


@_route("POST", "/pulls", area="pull_requests")
def _create_pull(call: Call) -> Result:
    hosted, body = call.hosted, call.body
    if call.token.login == ACTIONS and not hosted.may_actions_open:
        raise words.RefusedError(words.NOT_PERMITTED)
    head, base = body["head"].removeprefix(f"{hosted.owner}:"), body["base"]
    _refuse_pull(call, head=head, base=base)
    pull = Pull(
        number=len(hosted.pulls) + 1,
        title=body["title"],
        body=body.get("body"),
        draft=body.get("draft", False),
        head=head,
        head_owner=hosted.owner,
        base=base,
        head_sha=str(hosted.tip(head)),
        user=call.token.login,
    )
    hosted.pulls.append(pull)
    return Result(status=201, content=call.shapes.pull(pull))


def _refuse_pull(call: Call, *, head: str, base: str) -> None:
    hosted = call.hosted
    for field, branch in (("head", head), ("base", base)):
        if hosted.tip(branch) is None:
            raise words.RefusedError(words.invalid("PullRequest", field=field, code="invalid"))
    _refuse_body(call.body)
    if call.body.get("draft") and not hosted.has_drafts:
        raise words.RefusedError(words.NO_DRAFTS)
    shown = [call.shapes.pull(pull) for pull in hosted.pulls]
    wanted = ("open", f"{hosted.owner}:{head}", base)
    if any((each["state"], each["head"]["label"], each["base"]["ref"]) == wanted for each in shown):
        message = f"A pull request already exists for {hosted.owner}:{head}."
        raise words.RefusedError(words.invalid("PullRequest", code="custom", message=message))
    if hosted.counted(f"refs/heads/{base}", f"refs/heads/{head}") == 0:
        message = f"No commits between {base} and {head}"
        raise words.RefusedError(words.invalid("PullRequest", code="custom", message=message))


def _refuse_body(body: Json) -> None:
    if len(body.get("body") or "") > _LONGEST_BODY:
        raise words.RefusedError(words.TOO_LONG)


@_route("GET", r"/pulls/(\d+)", area="pull_requests")
def _show_pull(call: Call, number: str) -> Result:
    return Result(content=call.shapes.pull(call.pull(number)))


@_route("PATCH", r"/pulls/(\d+)", area="pull_requests")
def _update_pull(call: Call, number: str) -> Result:
    pull = call.pull(number)
    _refuse_body(call.body)
    for key in ("title", "body", "base", "state"):
        if key in call.body:
            setattr(pull, key, call.body[key])
    return Result(content=call.shapes.pull(pull))


@_route("GET", r"/pulls/(\d+)/reviews", area="pull_requests")
def _list_reviews(call: Call, number: str) -> Result:
    reviews = enumerate(call.pull(number).reviews, start=1)
    return Result(content=[call.shapes.review(place, login=login, state=state) for place, (login, state) in reviews])


@_route("POST", r"/pulls/(\d+)/requested_reviewers", area="pull_requests")
def _request_reviewers(call: Call, number: str) -> Result:
    pull = call.pull(number)
    users, teams = call.body.get("reviewers", []), call.body.get("team_reviewers", [])
    if pull.user in users:
        raise words.RefusedError(words.OWN_REVIEW)
    if set(users) - call.hosted.collaborators or set(teams) - call.hosted.teams:
        raise words.RefusedError(words.not_collaborator(call.hosted.full_name))
    pull.reviewers += [login for login in users if login not in pull.reviewers]
    pull.teams += [slug for slug in teams if slug not in pull.teams]
    return Result(status=201, content=call.shapes.pull(pull))


@_route("GET", r"/issues/(\d+)/labels", area="issues")
def _list_labels(call: Call, number: str) -> Result:
    return Result(content=[call.shapes.label(name) for name in call.pull(number).labels])


@_route("POST", r"/issues/(\d+)/labels", area="issues")
def _add_labels(call: Call, number: str) -> Result:
    pull = call.pull(number)
    pull.labels += [name for name in call.body["labels"] if name not in pull.labels]
    return Result(content=[call.shapes.label(name) for name in pull.labels])


@_route("POST", r"/issues/(\d+)/assignees", area="issues")
def _add_assignees(call: Call, number: str) -> Result:
    pull = call.pull(number)
    # GitHub passes over those who cannot be assigned, and says nothing.
    able = [login for login in call.body["assignees"] if login in call.hosted.collaborators]
    pull.assignees += [login for login in able if login not in pull.assignees]
    return Result(status=201, content=call.shapes.issue(pull))


@_route("GET", r"/issues/(\d+)/comments", area="issues")
def _list_comments(call: Call, number: str) -> Result:
    comments = enumerate(call.pull(number).comments, start=1)
    return Result(content=[call.shapes.comment(place, login=login, body=body) for place, (login, body) in comments])


@_route("POST", r"/issues/(\d+)/comments", area="issues")
def _add_comment(call: Call, number: str) -> Result:
    pull = call.pull(number)
    _refuse_body(call.body)
    pull.comments.append((call.token.login, call.body["body"]))
    shown = call.shapes.comment(len(pull.comments), login=call.token.login, body=call.body["body"])
    return Result(status=201, content=shown)


@_route("GET", r"/commits/([^/]+)/check-runs", area="checks")
def _list_check_runs(call: Call, ref: str) -> Result:
    return Result(content=call.shapes.check_runs(ref, call.hosted.check_runs.get(ref, [])))


@_route("GET", r"/commits/([^/]+)/status", area="statuses")
def _show_status(call: Call, ref: str) -> Result:
    return Result(content=call.shapes.statuses(ref, call.hosted.statuses.get(ref, [])))


@_route("GET", r"/branches/(.+)", area="contents")
def _show_branch(call: Call, branch: str) -> Result:
    sha = call.hosted.tip(branch)
    if sha is None:
        raise words.RefusedError(words.Refusal(status=404, message="Branch not found"))
    return Result(content=call.shapes.branch(branch, sha=sha))


@_route("GET", r"/git/ref/(.+)", area="contents")
def _show_ref(call: Call, name: str) -> Result:
    sha = call.hosted.sha(f"refs/{name}")
    if sha is None:
        raise words.RefusedError(words.NOT_FOUND)
    return Result(content=call.shapes.ref(f"refs/{name}", sha=sha))


@_route("DELETE", r"/git/refs/(.+)", area="contents")
def _delete_ref(call: Call, name: str) -> Result:
    if call.hosted.sha(f"refs/{name}") is None:
        raise words.RefusedError(words.Refusal(message="Reference does not exist"))
    call.hosted.git("update-ref", "-d", f"refs/{name}")
    return Result(status=204)


def show_limits() -> Result:
    """Show how many requests are left."""
    return Result(content=example("rate-limit-overview"))


def show_user(shapes: Shapes, token: Token) -> Result:
    """Show whose token it is; an App's token has no user.

    Raises:
        RefusedError: It is an App's.
    """
    if token.is_app:
        raise words.RefusedError(words.NOT_ACCESSIBLE)
    shown = example("private-user-response-with-public-profile-information")
    return Result(content={**shown, "login": shapes.user(token.login)["login"]})
