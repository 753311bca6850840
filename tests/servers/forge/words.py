"""What GitHub says when it refuses, in its own words, and what goes wrong on the way."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

DOCUMENTATION = "https://docs.github.com/rest"


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """One answer in the place of the true one."""

    status: int = 422
    message: str = "Validation Failed"
    errors: tuple[dict[str, Any], ...] = ()
    headers: dict[str, str] = field(default_factory=dict)
    #: The whole body, where it is not the usual object.
    body: bytes | None = None
    content_type: str = "application/json; charset=utf-8"
    #: ``drop``: no answer, the connection ends. ``after``: the request is carried out all the same.
    how: Literal["answer", "drop", "answer after", "drop after"] = "answer"

    def content(self) -> dict[str, Any]:
        """Give the object that GitHub would send."""
        errors = {"errors": list(self.errors)} if self.errors else {}
        return {"message": self.message, **errors, "documentation_url": DOCUMENTATION, "status": str(self.status)}


class RefusedError(Exception):
    """A request of the REST API is not carried out."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal.message)
        self.refusal = refusal


def invalid(resource: str, **fault: str) -> Refusal:
    """Say that a field is not as it must be."""
    return Refusal(errors=({"resource": resource, **fault},))


def rate_limited(*, reset: str) -> Refusal:
    """Say that the hour's requests are used up."""
    return Refusal(
        status=403,
        message="API rate limit exceeded for installation ID 12345.",
        headers={"x-ratelimit-limit": "1000", "x-ratelimit-remaining": "0", "x-ratelimit-reset": reset},
    )


def secondary_limited(*, status: int = 403, retry_after: str | None = "30") -> Refusal:
    """Say that too much was made in too short a time."""
    return Refusal(
        status=status,
        message="You have exceeded a secondary rate limit and have been temporarily blocked from content creation."
        " Please retry your request again later.",
        headers={"Retry-After": retry_after} if retry_after else {},
    )


NOT_FOUND = Refusal(status=404, message="Not Found")
BAD_CREDENTIALS = Refusal(status=401, message="Bad credentials")
REQUIRES_AUTHENTICATION = Refusal(status=401, message="Requires authentication")
DUPLICATE_HEADER = Refusal(status=400, message='Duplicate header: "Authorization"')
NO_USER_AGENT = Refusal(
    status=403,
    body=b"\r\nRequest forbidden by administrative rules. Please make sure your request has a User-Agent header",
    content_type="text/html; charset=utf-8",
)
NOT_PERMITTED = Refusal(status=403, message="GitHub Actions is not permitted to create or approve pull requests.")
NOT_ACCESSIBLE = Refusal(status=403, message="Resource not accessible by integration")
NOT_ACCESSIBLE_BY_TOKEN = Refusal(status=403, message="Resource not accessible by personal access token")
SAML = Refusal(
    status=403,
    message="Resource protected by organization SAML enforcement. You must grant your OAuth token access to this"
    " organization.",
    headers={"X-GitHub-SSO": "required; url=https://github.com/orgs/acme/sso?authorization_request=A1B2"},
)
IP_NOT_ALLOWED = Refusal(
    status=403,
    message="Although you appear to have the correct authorization credentials, the `acme` organization has an IP allow"
    " list enabled, and your IP address is not permitted to access this resource.",
)
ARCHIVED = Refusal(status=403, message="Repository was archived so is read-only.")
ISSUES_DISABLED = Refusal(status=410, message="Issues are disabled for this repo")
TOO_LONG = invalid("Issue", code="custom", field="body", message="body is too long (maximum is 65536 characters)")
UNKNOWN_NODE = invalid(
    "Label",
    field="data",
    code="unprocessable",
    message="Could not resolve to a node with the global id of 'PR_kwDOAB12345'.",
)
NO_DRAFTS = Refusal(message="Draft pull requests are not supported in this repository.")
SPAMMED = invalid("PullRequest", code="custom", message="was submitted too quickly")
SERVER_ERROR = Refusal(status=502, message="Server Error")
UNICORN = Refusal(
    status=503,
    body=b"<!DOCTYPE html>\n<html><head><title>Unicorn! &middot; GitHub</title></head>"
    b"<body><p>No server is currently available to service your request.</p></body></html>",
    content_type="text/html; charset=utf-8",
)
DROPPED = Refusal(how="drop")
DROPPED_AFTER = Refusal(how="drop after")


def not_collaborator(repository: str) -> Refusal:
    """Say that somebody cannot be asked for a review."""
    return Refusal(
        message="Reviews may only be requested from collaborators. One or more of the users or teams you specified is"
        f" not a collaborator of the {repository} repository."
    )


OWN_REVIEW = Refusal(message="Review cannot be requested from pull request author.")


@dataclass(frozen=True, slots=True, kw_only=True)
class PushRule:
    """What is not let through by `git push`, and what is said."""

    #: A pattern for the names of refs.
    refs: str = "refs/heads/*"
    #: Only where a path that begins so is changed.
    touching: str = ""
    #: Only when one of these pushes.
    logins: tuple[str, ...] = ()
    #: Stands behind `! [remote rejected] NAME`.
    reason: str
    #: Stand behind `remote:`.
    lines: tuple[str, ...] = ()


PROTECTED = PushRule(
    reason="protected branch hook declined",
    lines=(
        "error: GH006: Protected branch update failed for {ref}.",
        "error: At least 1 approving review is required by reviewers with write access.",
    ),
)
UNSIGNED = PushRule(
    reason="push declined due to repository rule violations",
    lines=(
        "error: GH013: Repository rule violations found for {ref}.",
        "Review all repository rules at https://github.com/alice/demo/rules?ref={ref}",
        "",
        "- Commits must have verified signatures.",
    ),
)
SECRET = PushRule(
    reason="push declined due to repository rule violations",
    lines=(
        "error: GH013: Repository rule violations found for {ref}.",
        "",
        "- GITHUB PUSH PROTECTION",
        "  - Push cannot contain secrets",
    ),
)
WORKFLOW = PushRule(
    touching=".github/workflows/",
    logins=("github-actions[bot]",),
    reason="refusing to allow a GitHub App to create or update workflow `{path}` without `workflows` permission",
)
