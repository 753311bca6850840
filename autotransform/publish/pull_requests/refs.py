"""Pull requests by number or address: their commits, fetched to where no branch is."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from autotransform.errors import GitHubError, UsageError
from autotransform.publish.github.remotes import find_home, find_server
from autotransform.repository.remote import PRIVATE_REFS, Credentials

if TYPE_CHECKING:
    from collections.abc import Mapping

    from autotransform.repository import Repository

#: ``12``, ``#12``, ``pull/12``; a longer row of digits may be the beginning of an SHA.
_NUMBER = re.compile(r"(?:#|pull/)?([1-9][0-9]{0,6})", re.ASCII)
_PATH = re.compile(r"/([A-Za-z0-9_-]+)/([A-Za-z0-9._-]+)/pull/([1-9][0-9]{0,9})(?:/[a-z]*)?/?", re.ASCII)


@dataclass(frozen=True, slots=True, kw_only=True)
class PullName:
    """A pull request as a person names it."""

    number: int
    #: ``https://github.com``, ``OWNER/NAME``; empty where only the number was given.
    web_url: str = ""
    repository: str = ""


def read_pull_name(text: str) -> PullName | None:
    """Read a number or an address; ``None`` where it is neither."""
    if found := _NUMBER.fullmatch(text):
        return PullName(number=int(found[1]))
    if not text.startswith(("https://", "http://")):
        return None
    try:
        split = urlsplit(text)
    except ValueError:
        return None
    path = _PATH.fullmatch(split.path)
    if path is None:
        return None
    return PullName(
        number=int(path[3]), web_url=f"{split.scheme}://{split.netloc.lower()}", repository=f"{path[1]}/{path[2]}"
    )


def fetch_pull(
    repository: Repository, pull: PullName, *, remote: str | None, token: str, environment: Mapping[str, str]
) -> str:
    """Fetch the newest commit of a pull request, and give it.

    Args:
        repository: A clone of where the pull request is.
        pull: Which.
        remote: Where it is; when left out, ``origin`` or the only one.
        token: For the server; empty: there is none, and public repositories need none.
        environment: Names the server.

    Raises:
        UsageError: The address is that of another repository, or there are several remotes.
        RepositoryError: There is no such remote.
        GitHubError: There is no such pull request, or the remote does not let us.
    """
    name = remote or _choose(repository.remotes())
    if pull.repository:
        home = find_home(repository, remote=name, environment=environment)
        there = (home.web_url.lower(), f"{home.owner}/{home.name}".lower())
        if (pull.web_url, pull.repository.lower()) != there:
            raise UsageError(
                f"That pull request is in {pull.repository}, and the remote {name} is {home.owner}/{home.name}.",
                hint="Run the command in a clone of the former, or name the remote that it is: --remote NAME",
            )
    credentials = Credentials(url=find_server(environment)[1], token=token) if token else None
    with repository.connect(name, credentials=credentials) as connection:
        commit = connection.fetch(f"refs/pull/{pull.number}/head", into=f"{PRIVATE_REFS}pull/{pull.number}")
    if commit is None:
        raise GitHubError(
            f"The remote {name} has no pull request {pull.number}.",
            hint="Look at its number; or name its branch, once it is fetched: git fetch origin BRANCH",
        )
    return commit


def _choose(remotes: tuple[str, ...]) -> str:
    if "origin" in remotes:
        return "origin"
    if len(remotes) == 1:
        return remotes[0]
    raise UsageError(
        "There is no one remote to fetch a pull request from.",
        hint="Name it: --remote NAME" if remotes else "Make it: git remote add origin URL",
    )
