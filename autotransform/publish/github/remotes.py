"""Which remote, which repository on which GitHub, and whose token: from the remote's address and the environment.

A token is for the server that the environment names (GITHUB_API_URL, or else github.com). What the configuration of a
repository says is its remote must be there, or nothing is sent.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from autotransform.errors import GitHubError, UsageError
from autotransform.repository.addresses import origin_of, protocol_of
from autotransform.repository.remote import Credentials

if TYPE_CHECKING:
    from collections.abc import Mapping

    from autotransform.repository import Repository

_API_URL, _WEB_URL = "https://api.github.com", "https://github.com"
_NAMED = re.compile(r"/?([A-Za-z0-9][A-Za-z0-9_-]*)/([A-Za-z0-9._-]+?)(?:\.git)?/?")
_SSH = re.compile(r"(?:[^@/]+@)?(\[[^\]]+\]|[^:/]+):(.*)")
_TOKENS = ("GITHUB_TOKEN", "GH_TOKEN")


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """Where pull requests of a repository are."""

    #: The remote that branches are pushed to.
    remote: str
    owner: str
    name: str
    api_url: str
    web_url: str

    def credentials(self, token: str) -> Credentials:
        """Give what git needs to push there."""
        return Credentials(url=self.web_url, token=token)


def find_home(repository: Repository, *, remote: str | None = None, environment: Mapping[str, str]) -> Home:
    """Find where the pull requests of a repository are.

    Args:
        repository: A clone.
        remote: What to push to; when left out, ``origin`` or the only one.
        environment: GITHUB_API_URL and GITHUB_SERVER_URL name the server; GITHUB_REPOSITORY the repository where the
            address of the remote does not.

    Raises:
        RepositoryError: There is no such remote.
        UsageError: There are several.
        GitHubError: The remote is not a repository on that server.
    """
    name = remote or _choose(repository.remotes())
    api_url, web_url = find_server(environment)
    with repository.connect(name) as connection:
        url = connection.push_url
    owner, repository_name = _find_name(url, web_url=web_url, remote=name, environment=environment)
    return Home(remote=name, owner=owner, name=repository_name, api_url=api_url, web_url=web_url)


def find_token(environment: Mapping[str, str]) -> str:
    """Find the token.

    Raises:
        GitHubError: There is none.
    """
    for name in _TOKENS:
        if token := environment.get(name, "").strip():
            return token
    raise GitHubError(
        "There is no token for GitHub.",
        hint='At a terminal: GITHUB_TOKEN="$(gh auth token)". In a workflow: env: GITHUB_TOKEN: ${{ github.token }}',
    )


def find_server(environment: Mapping[str, str]) -> tuple[str, str]:
    """Find where the API is, and where people go."""
    api_url = environment.get("GITHUB_API_URL", "").strip().rstrip("/")
    web_url = environment.get("GITHUB_SERVER_URL", "").strip().rstrip("/")
    api_url = api_url or (_api_url_of(web_url) if web_url else _API_URL)
    return api_url, web_url or web_url_of(api_url)


def web_url_of(api_url: str) -> str:
    """Give where people go: ``https://api.HOST`` and ``https://HOST/api/v3`` belong to ``https://HOST``.

    Raises:
        UsageError: That is no address.
    """
    try:
        split = urlsplit(api_url)
    except ValueError:
        raise UsageError("GITHUB_API_URL is no address.", hint="It is https://api.github.com, or unset.") from None
    is_path = split.path.rstrip("/").endswith("/api/v3")
    host = split.netloc if is_path else split.netloc.removeprefix("api.")
    return f"{split.scheme}://{host}"


def _api_url_of(web_url: str) -> str:
    split = urlsplit(web_url)
    if web_url == _WEB_URL or split.netloc.endswith(".ghe.com"):
        return f"{split.scheme}://api.{split.netloc}"
    return f"{web_url}/api/v3"


def _choose(remotes: tuple[str, ...]) -> str:
    if "origin" in remotes:
        return "origin"
    if len(remotes) == 1:
        return remotes[0]
    if not remotes:
        raise UsageError(
            "This repository has no remote to push to.",
            hint="Make one: git remote add origin https://github.com/OWNER/NAME.git",
        )
    raise UsageError(
        f"This repository has several remotes ({', '.join(remotes)}), and none is called origin.",
        hint=f"Name the one to push to: --remote {remotes[0]}",
    )


def _find_name(url: str, *, web_url: str, remote: str, environment: Mapping[str, str]) -> tuple[str, str]:
    """Find owner and name of the repository at an address.

    Raises:
        GitHubError: It is not on the server, or names no repository.
    """
    protocol = protocol_of(url)
    if protocol in {"http", "https"}:
        if origin_of(url) != origin_of(web_url):
            raise _elsewhere(url, web_url=web_url, remote=remote)
        found = _NAMED.fullmatch(urlsplit(url).path)
    else:
        found = _of_ssh(url, web_url=web_url) if protocol == "ssh" else None
        # A host that only the person's own ssh knows, or a path: then it is for the environment to say.
        found = found or _NAMED.fullmatch(environment.get("GITHUB_REPOSITORY", "").strip())
    if found is None:
        raise _elsewhere(url, web_url=web_url, remote=remote)
    return found[1], found[2]


def _of_ssh(url: str, *, web_url: str) -> re.Match[str] | None:
    if "://" in url:
        split = urlsplit(url)
        host, path = split.hostname or "", split.path
    else:
        parts = _SSH.fullmatch(url)
        host, path = (parts[1], parts[2]) if parts else ("", "")
    wanted = (urlsplit(web_url).hostname or "").lower()
    return _NAMED.fullmatch(path) if host.lower().removeprefix("ssh.") == wanted else None


def _elsewhere(url: str, *, web_url: str, remote: str) -> GitHubError:
    host = urlsplit(web_url).netloc
    return GitHubError(
        f"The remote {remote} is {_shown(url)}, which is no repository on {host}.",
        hint="On GitHub Enterprise, say where its API is: GITHUB_API_URL=https://HOST/api/v3. For another remote:"
        " --remote NAME. Behind a name that only your ssh knows: GITHUB_REPOSITORY=OWNER/NAME.",
    )


def _shown(url: str) -> str:
    return "".join(letter for letter in url if letter.isprintable())[:200]
