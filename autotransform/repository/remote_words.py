"""What a remote says when it refuses, and what a person can do about it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from autotransform.errors import AutoTransformError, GitHubError, RepositoryError
from autotransform.repository.addresses import protocol_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_MOST_LINES, _LONGEST_LINE = 20, 300
_NO_TOKEN = "***"  # noqa: S105 - it stands in the place of one

_WRITE = (
    "In a workflow, give the job `permissions: contents: write`; for a token of a person or an App, give it write"
    " access to the contents of this repository."
)


class StaleError(RepositoryError):
    """A ref of the remote is no longer where it was; nothing was pushed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """One thing that a remote says."""

    pattern: str
    #: May use ``{remote}``, ``{ref}`` and the groups of the pattern.
    message: str
    hint: str
    kind: type[AutoTransformError] = GitHubError


_REJECTIONS = (
    _Row(
        pattern=r"stale info|cannot lock ref|fetch first|failed to update ref|incorrect old value",
        message="{branch} was moved on {remote} by somebody else in the meantime; nothing was pushed.",
        hint="Look at what was pushed there, then run the command again.",
        kind=StaleError,
    ),
    _Row(
        pattern=r"refusing to allow an? (?P<who>[\w ]+?) to create or update workflow",
        message="{remote} lets no {who} change files in .github/workflows without the permission for it, and the"
        " changes hold some.",
        hint="GITHUB_TOKEN can never do it. Pass a token of an App with `workflows: write`, or a personal one with the"
        " scope `workflow`; or leave these files out (exclude in [tool.autotransform]).",
    ),
    _Row(
        pattern=r"GH013.*verified signatures",
        message="{remote} takes only signed commits for {branch} (GH013).",
        hint="Have git sign them (git config --global commit.gpgsign true), or leave the branches autotransform/** out"
        " of the rule: Settings, Rules, Rulesets.",
    ),
    _Row(
        pattern=r"GH013.*PUSH PROTECTION",
        message="{remote} found a secret in what was pushed to {branch} (GH013, push protection).",
        hint="Take the secret out of the script or the files, or allow it on the page that GitHub names.",
    ),
    _Row(
        pattern=r"GH013",
        message="A rule of {remote} does not allow the push to {branch} (GH013).",
        hint="Leave the branches autotransform/** out of the rule, or let the token's owner bypass it: Settings, Rules,"
        " Rulesets.",
    ),
    _Row(
        pattern=r"GH007|email privacy",
        message="The commits would show an address on {remote} that its owner keeps private (GH007).",
        hint="Commit with the one that GitHub gives you (https://github.com/settings/emails): git config user.email"
        " ID+NAME@users.noreply.github.com",
    ),
    _Row(
        pattern=r"GH006|protected branch hook declined",
        message="{branch} is a protected branch of {remote} (GH006).",
        hint="Let the protection not match the branches autotransform/**, or allow the token's owner to push and to"
        " force there: Settings, Branches.",
    ),
    _Row(
        pattern=r"shallow update not allowed",
        message="{remote} does not take a push from this shallow clone.",
        hint="Fetch the rest of the history: git fetch --unshallow (in a workflow: fetch-depth: 0).",
    ),
    _Row(
        pattern=r"deny(ing)? (updating|deleting)|refusing to update checked out branch|branch is currently checked out",
        message="{branch} is not to be changed on {remote}.",
        hint="A remote that people work in takes no pushes to the branch that is checked out there.",
    ),
    _Row(
        pattern=r"",
        message="{remote} does not take the push to {branch}: {reason}.",
        hint="What it said stands above; whoever looks after that repository knows its rules.",
    ),
)

_FAILURES = (
    _Row(
        pattern=r"archived so it is read-only",
        message="The repository on {remote} is archived, and read-only.",
        hint="Unarchive it first: Settings, General, Danger Zone.",
    ),
    _Row(
        pattern=r"Permission to (?P<what>\S+?)(\.git)? denied to (?P<who>\S+?)\.?(\s|$)",
        message="{who} may not push to {what}.",
        hint=_WRITE,
    ),
    _Row(
        pattern=r"SAML SSO",
        message="The organisation wants the token or key authorised for single sign-on.",
        hint="Authorise it: https://github.com/settings/tokens, or https://github.com/settings/keys for ssh.",
    ),
    _Row(
        pattern=r"marked as read only",
        message="The key that ssh has for {remote} may only read.",
        hint="Allow write access: Settings, Deploy keys; or use a key of your own.",
    ),
    _Row(
        pattern=r"returned error: 403",
        message="{remote} does not let this token do that.",
        hint=_WRITE,
    ),
    _Row(
        pattern=r"returned error: 30[1278]|unable to update url base from redirection",
        message="{remote} says that the repository is somewhere else by now ({url}); the token was not sent there.",
        hint="It was renamed or moved. Say where it is: git remote set-url {remote} NEW-URL",
    ),
    _Row(
        pattern=r"Repository not found|returned error: 404|repository '.*' not found",
        message="{remote} has no repository at {url}, or the token may not see it.",
        hint="Check the address (git remote get-url {remote}), and that the token reaches this repository.",
    ),
    _Row(
        pattern=r"returned error: 400",
        message="{remote} could not read the request: most likely it came with two tokens.",
        hint="Let actions/checkout keep none: with: persist-credentials: false",
    ),
    _Row(
        pattern=r"Authentication failed|Invalid username or token|returned error: 401"
        r"|could not read (Username|Password).* with a token",
        message="{remote} does not accept the token: it is wrong, has expired, or was revoked.",
        hint="Make a new one, or log in again (gh auth login), and pass it as GITHUB_TOKEN.",
    ),
    _Row(
        pattern=r"could not read (Username|Password)",
        message="{remote} asks who we are, and there is neither a token nor a credential helper.",
        hint='Pass a token: GITHUB_TOKEN="$(gh auth token)"; or set up a helper: gh auth setup-git',
    ),
    _Row(
        pattern=r"does not appear to be a git repository",
        message="There is no repository at {url}, which {remote} names.",
        hint="Say where it is: git remote set-url {remote} URL",
    ),
    _Row(
        pattern=r"(Permission denied \(|Host key verification failed|Could not read from remote repository).*over ssh$",
        message="ssh does not get into {remote}.",
        hint="Try it by hand: git ls-remote {remote}. A key with a passphrase has to be in the agent: ssh-add",
    ),
    _Row(
        pattern=r"certificate",
        message="The certificate of {remote} is not one that this machine trusts.",
        hint="Tell git the certificate of your company: git config --global http.sslCAInfo FILE",
    ),
    _Row(
        pattern=r"Could not resolve|Failed to connect|timed out|Connection (refused|reset)|too slow|empty reply",
        message="{remote} cannot be reached at {url}.",
        hint="Check the network and the proxy (https_proxy, git config --global http.proxy), then run it again.",
    ),
    _Row(
        pattern=r"transport '.*' not allowed",
        message="{remote} leads on to a place that is reached in another way; git did not go there.",
        hint="Give the remote its true address: git remote set-url {remote} URL",
    ),
    _Row(pattern=r"", message="Git could not talk to {remote}: {reason}.", hint=""),
)


def explain_rejections(
    rejected: Mapping[str, str], error: str, *, remote: str, secrets: Sequence[str]
) -> AutoTransformError:
    """Say why a push was rejected.

    Args:
        rejected: What git says of each ref: ``[remote rejected] (reason)``.
        error: What git and the remote said.
        remote: What it is called.
        secrets: Must not be seen.
    """
    # With --atomic, most are rejected because one of them is.
    ref, summary = min(rejected.items(), key=lambda item: ("atomic" in item[1], item[0]))
    reason = clean(re.sub(r".*?\((.*)\)$", r"\1", summary), secrets=secrets)
    said = tuple(_said(error, secrets=secrets))
    text = " ".join((reason, *said))
    branch = clean(ref.removeprefix("refs/heads/"), secrets=secrets)
    row, groups = _find(_REJECTIONS, text)
    named = {"remote": remote, "branch": branch, "reason": reason, **groups}
    return row.kind(row.message.format(**named), details=said or (reason,), hint=row.hint.format(**named))


def explain_failure(
    error: str, *, remote: str, url: str, secrets: Sequence[str], has_token: bool, is_push: bool = False
) -> AutoTransformError:
    """Say why git could not talk to a remote at all.

    Args:
        error: What git and the remote said.
        remote: What it is called.
        url: Where it is, with no name or password in it.
        secrets: Must not be seen.
        has_token: Whether a token of ours was sent there.
        is_push: Whether something was to be written.
    """
    lines = [clean(line, secrets=secrets) for line in error.splitlines()[:_MOST_LINES]]
    # Git says the same of a token that is refused, and of one that is missing.
    told = ("with a token" if has_token else "", "over ssh" if protocol_of(url) == "ssh" else "")
    row, groups = _find(_FAILURES, " ".join((*lines, *filter(None, told))))
    named = {"remote": remote, "url": clean(url, secrets=secrets), "reason": (lines or ["it said nothing"])[0]}
    hint = row.hint if is_push or row.hint != _WRITE else _WRITE.replace("write", "read")
    message, mend = (text.format(**named, **groups) for text in (row.message, hint))
    return row.kind(message, details=tuple(line for line in lines if line), hint=mend)


def clean(text: str, *, secrets: Iterable[str] = ()) -> str:
    """Make one line of what somebody else said: printable, bounded, with no secret in it."""
    for secret in secrets:
        if secret:
            text = text.replace(secret, _NO_TOKEN)
    text = re.sub(r"(?<=://)[^/@\s]+@", "", text)
    text = "".join(letter if letter.isprintable() else " " for letter in text)
    text = re.sub(r" {2,}", " ", text).strip()
    return text if len(text) <= _LONGEST_LINE else f"{text[:_LONGEST_LINE]}…"


def _said(error: str, *, secrets: Sequence[str]) -> list[str]:
    lines = [line.removeprefix("remote:") for line in error.splitlines() if line.startswith("remote:")]
    kept = [cleaned for line in lines if (cleaned := clean(line, secrets=secrets))]
    return kept[:_MOST_LINES]


def _find(rows: Sequence[_Row], text: str) -> tuple[_Row, dict[str, str]]:
    for row in rows:
        if found := re.search(row.pattern, text, re.IGNORECASE | re.DOTALL):
            return row, {name: value or "" for name, value in found.groupdict().items()}
    raise AssertionError  # the last row matches everything
