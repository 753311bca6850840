"""A remote of the repository: what stands there, pushing to it, fetching from it.

Git works here in a folder of its own, which leads to the repository's objects and refs and has a configuration of ours.
So nothing of the repository's own configuration counts but the address of the remote: no helper, hook, proxy or ssh
command that it names is run, and no other address takes the place of that one. What the person's own configuration
says (credential helpers, proxies, ssh, ``insteadOf``) is the person's, and holds.
"""

from __future__ import annotations

import base64
import os
import re
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from autotransform.errors import AutoTransformError, RepositoryError
from autotransform.repository import programs
from autotransform.repository.addresses import origin_of, password_of, protocol_of, without_login
from autotransform.repository.process import Git, failure
from autotransform.repository.remote_folder import fill_folder, follow_shallow, hand_over, make_folder
from autotransform.repository.remote_words import explain_failure, explain_rejections

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from autotransform.repository.discovery import Place
    from autotransform.repository.process import Answer

#: Where what was fetched is kept: no branch, no tag, and not what `git fetch` would write.
PRIVATE_REFS = "refs/autotransform/"

#: What the remote is called in our configuration.
_NAME = "autotransform-there"
_PROTOCOLS = frozenset({"https", "http", "ssh", "file"})
#: Where a path is the remote, its own configuration would say which programs run here.
_AS_DATA = "git -c core.hooksPath=/dev/null -c core.alternateRefsCommand=: -c core.fsmonitor=false"
_SERVE = f"{_AS_DATA} upload-pack"
_RECEIVE = f"{_AS_DATA} -c receive.denyCurrentBranch=refuse -c receive.autogc=false receive-pack"
#: One line of `git push --porcelain`: flag, ref of the remote, summary.
_RESULT = re.compile(r"(?m)^(.)\t[^\t]*:([^\t:]+)\t(.*)$")
_QUIET_SSH = "ssh -o BatchMode=yes -o ConnectTimeout=30 -o ServerAliveInterval=15"


@dataclass(frozen=True, slots=True, kw_only=True)
class Credentials:
    """A token, and the one server it is for."""

    #: ``https://github.com``: it is sent where protocol, host and port are these.
    url: str
    token: str = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class RefUpdate:
    """What a ref of the remote should become."""

    #: In full: ``refs/heads/…``.
    ref: str
    #: ``None``: it should be gone.
    new: str | None
    #: Where it must still be; ``None``: it must not exist.
    old: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Connection:
    """A remote that can be asked, pushed to and fetched from."""

    #: What people call it.
    name: str
    #: Where git reads, and where it writes; without names and passwords.
    url: str
    push_url: str
    _git: Git = field(repr=False)
    #: For commands that reach the remote.
    _overrides: tuple[tuple[str, str], ...] = field(repr=False)
    #: For them too, and after those; the token is among them, so no environment may hold them.
    _hidden: tuple[tuple[str, str], ...] = field(repr=False)
    #: The one server that a token is sent to; nothing without a token.
    _trusted: str
    #: Must not be seen in what is said.
    _secrets: tuple[str, ...] = field(repr=False)

    def list_refs(self, *patterns: str) -> dict[str, str]:
        """Give the commits that refs of the remote point to, in the order of their names.

        Args:
            patterns: Full names; one may end in ``*``.

        Raises:
            GitHubError: The remote does not let us, or cannot be reached.
        """
        options = [f"--upload-pack={_SERVE}"] if protocol_of(self.url) == "file" else []
        answer = self._ask("ls-remote", "--refs", *options, _NAME, *patterns, url=self.url)
        if answer.status:
            raise self._explain(answer, url=self.url)
        pairs = (line.split("\t", 1) for line in answer.text.splitlines() if "\t" in line)
        found = {ref: sha for sha, ref in pairs}
        # Git matches the end of a name as well: refs/heads/x is also a branch called refs/heads/x.
        return {ref: found[ref] for ref in sorted(found) if any(_matches(ref, pattern) for pattern in patterns)}

    def push(self, updates: Sequence[RefUpdate]) -> tuple[str, ...]:
        """Move refs of the remote, all or none, where each still is what was said.

        Returns:
            The refs that were moved, in the order given; those that were right already are not among them.

        Raises:
            StaleError: One of them is elsewhere by now.
            GitHubError: The remote does not let us, or cannot be reached.
        """
        leases = [f"--force-with-lease={update.ref}:{update.old or ''}" for update in updates]
        specs = [f"{update.new or ''}:{update.ref}" for update in updates]
        options = ["--porcelain", "--no-verify", "--no-follow-tags", "--no-recurse-submodules", "--no-signed"]
        options += ["--atomic"] if len(updates) > 1 else []
        options += [f"--receive-pack={_RECEIVE}"] if protocol_of(self.push_url) == "file" else []
        answer = self._ask("push", *options, *leases, _NAME, *specs, url=self.push_url)
        found = _RESULT.findall(os.fsdecode(answer.output))
        results = {ref: (flag, summary) for flag, ref, summary in found}
        rejected = {ref: summary for ref, (flag, summary) in results.items() if flag == "!"}
        if rejected:
            raise explain_rejections(rejected, answer.error, remote=self.name, secrets=self._secrets)
        if answer.status:
            raise self._explain(answer, url=self.push_url, is_push=True)
        return tuple(update.ref for update in updates if results.get(update.ref, ("=", ""))[0] != "=")

    def fetch(self, ref: str, *, into: str, depth: int | None = None) -> str | None:
        """Fetch one ref of the remote into a ref of ours; the commit, or ``None`` when the remote has no such ref.

        Args:
            ref: In full.
            into: Below ``PRIVATE_REFS``; moved whatever it was.
            depth: How many commits down; for shallow clones, where git would bring everything else below.

        Raises:
            GitHubError: The remote does not let us, or cannot be reached.
        """
        if not into.startswith(PRIVATE_REFS):
            raise ValueError(into)
        options = ["--quiet", "--no-tags", "--no-prune", "--no-recurse-submodules"]
        options += ["--no-auto-maintenance", "--no-write-commit-graph", "--refmap="]
        options += [f"--depth={depth}"] if depth else []
        options += [f"--upload-pack={_SERVE}"] if protocol_of(self.url) == "file" else []
        with follow_shallow(self._git):
            answer = self._ask("fetch", *options, _NAME, f"+{ref}:{into}", url=self.url)
        if answer.status and "couldn't find remote ref" in answer.error:
            return None
        if answer.status:
            raise self._explain(answer, url=self.url)
        return self._git.run("rev-parse", "--verify", f"{into}^{{commit}}").decode().strip()

    def _explain(self, answer: Answer, *, url: str, is_push: bool = False) -> AutoTransformError:
        has_token = self._trusted != "" and origin_of(url) == self._trusted
        secrets = self._secrets
        return explain_failure(
            answer.error, remote=self.name, url=url, secrets=secrets, has_token=has_token, is_push=is_push
        )

    def _ask(self, *arguments: str, url: str) -> Answer:
        environment = {
            "GIT_ALLOW_PROTOCOL": protocol_of(url),
            # Nobody is asked: neither at the terminal, nor in a window.
            "GIT_ASKPASS": "",
            # What the person has git write down about itself holds no token.
            "GIT_TRACE_REDACT": "1",
            "GIT_TRACE2_CONFIG_PARAMS": "none",
            "GIT_TRACE2_ENV_VARS": "none",
        }
        if not {"GIT_SSH", "GIT_SSH_COMMAND"} & os.environ.keys() and self._git.ask("config", "core.sshCommand").status:
            environment["GIT_SSH_COMMAND"] = _QUIET_SSH
        with hand_over(self._git, self._hidden, overrides=self._overrides) as git:
            return git.ask(*arguments, environment=environment)


def list_remotes(git: Git) -> tuple[str, ...]:
    """List the remotes of a repository, in the order of their names."""
    return tuple(sorted({key.split(".", 1)[1].rpartition(".")[0] for key, _ in _addresses(git)}))


@contextmanager
def connect(git: Git, name: str, *, place: Place, credentials: Credentials | None = None) -> Iterator[Connection]:
    """Get ready to reach a remote; nothing is sent yet.

    Args:
        git: Of the repository.
        name: What the remote is called.
        place: Of the repository.
        credentials: Sent where the remote is on the server that they are for, and nowhere else.

    Raises:
        RepositoryError: There is no such remote, it is several, or its address is none that we go to.
    """
    state = place.common_dir / "autotransform"
    url, push_url = _find_addresses(git, name)
    with make_folder(state) as folder:
        yield _open(git, folder, place=place, name=name, addresses=(url, push_url), credentials=credentials)


def _open(
    git: Git, folder: Path, *, place: Place, name: str, addresses: tuple[str, str], credentials: Credentials | None
) -> Connection:
    url, push_url = addresses
    if credentials:
        # With a token of ours, whatever stands in the address is not needed, and git would pass it on as an argument.
        origin = origin_of(credentials.url)
        url, push_url = (without_login(each) if origin_of(each) == origin else each for each in addresses)
    fill_folder(folder, git=git, common_dir=place.common_dir, remote=_NAME, url=url, push_url=push_url)
    own = Git(directory=git.directory, binding=(f"--git-dir={folder}",))
    read, write = (_effective(own, *option) for option in ((), ("--push",)))
    for address in (read, write):
        _refuse_protocol(name, address)
    trusted = _find_trusted({read, write}, credentials)
    secrets = (credentials.token, _encoded(credentials)) if credentials else ()
    passwords = tuple(part for address in (*addresses, read, write) if (part := password_of(address)))
    return Connection(
        name=name,
        url=without_login(read),
        push_url=without_login(write),
        _git=own,
        _overrides=(*programs.find_overrides(own), *_make_way(trusted)),
        _hidden=_authorize(trusted, credentials) if credentials else (),
        _trusted=origin_of(credentials.url) if credentials else "",
        _secrets=(*secrets, *passwords),
    )


def _addresses(git: Git) -> list[tuple[str, str]]:
    answer = git.ask("config", "-z", "--get-regexp", r"^remote\..*\.(push)?url$")
    fields = [os.fsdecode(field) for field in answer.output.split(b"\0") if b"\n" in field]
    return [(key, value) for key, _, value in (field.partition("\n") for field in fields)]


def _find_addresses(git: Git, name: str) -> tuple[str, str]:
    addresses = _addresses(git)
    read = [value for key, value in addresses if key == f"remote.{name}.url"]
    write = [value for key, value in addresses if key == f"remote.{name}.pushurl"] or read
    if not read or not all((*read, *write)):
        known = ", ".join(list_remotes(git)) or "none"
        raise RepositoryError(
            f"There is no remote called {name}; there are: {known}.",
            hint=f"Name one of those, or make it: git remote add {name} https://github.com/OWNER/NAME.git",
        )
    if len(write) > 1:
        raise RepositoryError(
            f"The remote {name} pushes to {len(write)} places at once.",
            hint="Make a remote that is one place, and name that: git remote add github URL",
        )
    return read[0], write[0]


def _effective(git: Git, *option: str) -> str:
    answer = git.ask("remote", "get-url", *option, _NAME)
    if answer.status:
        raise failure(("remote",), answer)
    return answer.text


def _find_trusted(urls: set[str], credentials: Credentials | None) -> list[str]:
    """Find the addresses that the token is for."""
    origin = origin_of(credentials.url) if credentials else ""
    # No key of a configuration may hold a line break; git goes to no such address either.
    return sorted(url for url in urls if origin and origin_of(url) == origin and "\n" not in url)


def _make_way(urls: Sequence[str]) -> list[tuple[str, str]]:
    """Give the settings for addresses that the token, and nothing but it, is sent to.

    They are bound to the whole address: what is bound to more of it counts for more, wherever else it stands.
    """
    return [
        setting
        for url in urls
        for setting in (
            # Empty, it takes back what others set, actions/checkout for one: two such headers are refused.
            (f"http.{url}.extraheader", ""),
            # Git would send the header to wherever it is sent on to.
            (f"http.{url}.followRedirects", "false"),
            (f"credential.{url}.helper", ""),
        )
    ]


def _authorize(urls: Sequence[str], credentials: Credentials) -> tuple[tuple[str, str], ...]:
    """Give the settings that send the token to these addresses."""
    return tuple((f"http.{url}.extraheader", f"AUTHORIZATION: basic {_encoded(credentials)}") for url in urls)


def _encoded(credentials: Credentials) -> str:
    return base64.b64encode(f"x-access-token:{credentials.token}".encode()).decode()


def _refuse_protocol(name: str, url: str) -> None:
    if (protocol := protocol_of(url)) not in _PROTOCOLS:
        raise RepositoryError(
            f"The remote {name} is reached by {protocol!r}, which is not one of {', '.join(sorted(_PROTOCOLS))}.",
            hint=f"Give it an address of those: git remote set-url {name} https://github.com/OWNER/NAME.git",
        )


def _matches(ref: str, pattern: str) -> bool:
    return ref.startswith(pattern[:-1]) if pattern.endswith("*") else ref == pattern
