"""Requests to GitHub's REST API: one after the other, patient within bounds, the token for one server alone."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, Any

import httpx2

from autotransform import __version__
from autotransform.errors import GitHubError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

_VERSION = "2022-11-28"
_MOVED = frozenset({301, 302, 307, 308})
_LIMITING = frozenset({403, 429})
_MOST_MOVES, _MOST_TRIES, _MOST_PAGES = 3, 4, 50
_LARGEST = 32 << 20
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
#: GitHub asks for this much between requests that make something, and after a limit that names no time.
_PAUSE, _UNNAMED = 1.0, 60.0
_DAY = 86400.0
_NEXT = re.compile(r'<([^<>]+)>;[^,<]*\brel="?next"?')


class LostError(GitHubError):
    """There was no answer; whether the request was carried out nobody knows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back."""

    status: int
    #: Names in lower case.
    headers: Mapping[str, str] = field(repr=False)
    content: bytes = field(repr=False)

    @property
    def is_good(self) -> bool:
        """Whether what was asked for was done."""
        return 200 <= self.status < 300  # noqa: PLR2004 - everybody knows these

    @property
    def is_broken(self) -> bool:
        """Whether the server failed, and another try may help."""
        return self.status >= 500  # noqa: PLR2004 - same

    def read(self) -> Any:
        """Give the value that was sent.

        Raises:
            GitHubError: It is not JSON: a page for people, most often of something in between.
        """
        try:
            return json.loads(self.content)
        except (ValueError, RecursionError):
            raise GitHubError(
                f"What answered is not GitHub's API: with status {self.status} it sent no JSON.",
                hint="A proxy may stand in between, or GITHUB_API_URL lead elsewhere: https://HOST/api/v3 on GitHub"
                " Enterprise Server, https://api.github.com otherwise.",
            ) from None


class Transport:
    """Sends requests to one API.

    Args:
        api_url: Where it is.
        token: Sent there, and nowhere else; never shown.
        wait: Waits for some seconds.
        patience: For how many seconds, in all, to wait for limits.
    """

    def __init__(self, api_url: str, token: str, *, wait: Callable[[float], None], patience: float) -> None:
        if not re.fullmatch(r"[!-~]+", token):
            raise UsageError(
                "The token holds spaces, line breaks or other characters that no token has.",
                hint="Store it again, without quotes and line breaks.",
            )
        self._base = _parse(api_url)
        self._wait, self._patience = wait, patience
        self._has_made = False
        self._token = token.encode()
        headers = {
            "Accept": "application/vnd.github+json",
            "Authorization": f"Bearer {token}",
            "User-Agent": f"autotransform/{__version__}",
            "X-GitHub-Api-Version": _VERSION,
        }
        self._client = httpx2.Client(headers=headers, timeout=httpx2.Timeout(60.0, connect=20.0))

    def __repr__(self) -> str:
        return f"Transport({str(self._base)!r})"

    def close(self) -> None:
        """End the connection."""
        self._client.close()

    def send(
        self,
        method: str,
        path: str,
        *,
        query: Mapping[str, str | int] | None = None,
        body: Mapping[str, Any] | None = None,
        is_repeatable: bool = True,
    ) -> Answer:
        """Send a request and give what comes back, whatever its status.

        Args:
            method: In capitals.
            path: Below the API's address, with a slash first.
            query: Behind the question mark.
            body: Sent as JSON.
            is_repeatable: Whether to send it again when nobody knows what became of it.

        Raises:
            LostError: There is no answer.
            GitHubError: A limit asks for more patience than there is, or we are sent to another server.
        """
        url = self._base.copy_with(path=self._base.path.rstrip("/") + path, query=None)
        request = self._client.build_request(
            method, url.copy_merge_params(dict(query or {})), json=dict(body) if body is not None else None
        )
        if method != "GET":
            # One at a time is not enough: https://docs.github.com/rest/using-the-rest-api/best-practices-for-using-the-rest-api
            if self._has_made:
                self._wait(_PAUSE)
            self._has_made = True
        return self._persist(request, is_repeatable=is_repeatable)

    def pages(self, path: str, *, query: Mapping[str, str | int]) -> Iterator[Answer]:
        """Give one page of a list after the other, as the `Link` headers lead.

        Raises:
            GitHubError: They lead to another server, or without end.
        """
        answer = self.send("GET", path, query=query)
        yield answer
        for _ in range(_MOST_PAGES):
            found = _NEXT.search(answer.headers.get("link", ""))
            if not found or not answer.is_good:
                return
            answer = self._persist(self._client.build_request("GET", self._own(found[1])), is_repeatable=True)
            yield answer
        raise GitHubError(f"GitHub lists more than {_MOST_PAGES} pages at {path}.")

    def _persist(self, request: httpx2.Request, *, is_repeatable: bool) -> Answer:
        """Send a request until there is an answer that another try would not mend."""
        tries, limits = 0, 0
        while True:
            tries += 1
            try:
                answer = self._follow(request)
            except httpx2.RequestError as error:
                may_repeat = is_repeatable or isinstance(error, httpx2.ConnectError)
                if tries >= _MOST_TRIES or not may_repeat or "CERTIFICATE" in str(error):
                    raise self._lost(error) from None
            else:
                if delay := _delay(answer, seen=limits):
                    self._spend(delay, answer)
                    limits += 1
                    continue
                if not answer.is_broken or tries >= _MOST_TRIES or not is_repeatable:
                    return answer
            self._wait(float(1 << (tries - 1)))

    def _follow(self, request: httpx2.Request) -> Answer:
        """Send a request, to where a renamed repository is by now if need be."""
        for _ in range(_MOST_MOVES):
            answer = self._exchange(request)
            target = answer.headers.get("location")
            if answer.status not in _MOVED or target is None:
                return answer
            url = self._own(str(request.url.join(target)))
            request = self._client.build_request(
                request.method, url, content=request.content, headers={"Content-Type": "application/json"}
            )
        raise GitHubError("GitHub sends us on in circles.")

    def _exchange(self, request: httpx2.Request) -> Answer:
        response = self._client.send(request, stream=True)
        try:
            content = bytearray()
            for piece in response.iter_bytes():
                content += piece
                if len(content) > _LARGEST:
                    raise GitHubError(f"GitHub sends more than {_LARGEST >> 20} MB at {request.url.path}.")
        finally:
            response.close()
        headers = {name.lower(): value for name, value in response.headers.items()}
        # What stands in between may show the request in its complaint.
        shown = bytes(content) if response.is_success else bytes(content).replace(self._token, b"***")
        return Answer(status=response.status_code, headers=headers, content=shown)

    def _own(self, target: str) -> httpx2.URL:
        """Make sure that an address is one of this API's.

        Raises:
            GitHubError: It is not; the token stays here.
        """
        try:
            url = httpx2.URL(target)
        except httpx2.InvalidURL:
            url = httpx2.URL("")
        ours = (self._base.scheme, self._base.host, self._base.port)
        if (url.scheme, url.host, url.port) == ours and url.path.startswith(self._base.path.rstrip("/") + "/"):
            return url.copy_with(username=None, password=None)
        raise GitHubError(
            f"GitHub's API at {self._base} sends us to another place ({url.host or 'nowhere'}); the token was not sent"
            " there.",
            hint="Set GITHUB_API_URL to where the API is, and the remote to where the repository is by now.",
        )

    def _spend(self, delay: float, answer: Answer) -> None:
        self._patience -= delay
        if self._patience >= 0:
            self._wait(delay)
            return
        until = _sent(answer) + timedelta(seconds=delay)
        raise GitHubError(
            f"GitHub's rate limit is reached; it asks us to wait for {delay:.0f} seconds.",
            details=(_words(answer),),
            hint=f"Run the command again after {until:%H:%M} UTC: it goes on where it is now.",
        )

    def _lost(self, error: httpx2.RequestError) -> LostError:
        said = str(error) or type(error).__name__
        hint = "Check the network and the proxy (https_proxy), then run the command again: it goes on where it is now."
        if "CERTIFICATE" in said:
            hint = "Name the certificate of your company: SSL_CERT_FILE=FILE"
        return LostError(f"GitHub's API at {self._base} does not answer: {said[:300]}", hint=hint)


def _parse(api_url: str) -> httpx2.URL:
    try:
        url = httpx2.URL(api_url)
    except httpx2.InvalidURL:
        url = httpx2.URL("")
    if url.scheme not in {"http", "https"} or not url.host or url.userinfo:
        raise UsageError(
            "GITHUB_API_URL is no address of an API.",
            hint="On GitHub Enterprise Server it is https://HOST/api/v3, otherwise https://api.github.com.",
        )
    if url.scheme == "http" and url.host not in _LOOPBACK:
        raise UsageError(
            f"The token would go to {url.host} for everybody to read: GITHUB_API_URL begins with http.",
            hint=f"Set it to https://{url.host}{url.path}",
        )
    return url.copy_with(query=None, fragment=None)


def _delay(answer: Answer, *, seen: int) -> float:
    """Tell how long a limit asks us to wait, up to a day; 0 where there is none.

    (https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api)
    """
    if answer.status not in _LIMITING:
        return 0
    named = answer.headers.get("retry-after", "")
    if named:
        return min(max(float(named), 1.0), _DAY) if named.isascii() and named.isdecimal() else _UNNAMED
    reset = answer.headers.get("x-ratelimit-reset", "")
    if answer.headers.get("x-ratelimit-remaining") == "0" and reset.isascii() and reset.isdecimal():
        # Against the server's own clock, and a second late: what is reset now may not be everywhere.
        return min(max(float(reset) - _sent(answer).timestamp(), 0.0) + 1.0, _DAY)
    is_secondary = answer.status == 429 or "secondary rate limit" in _words(answer)  # noqa: PLR2004 - too many requests
    return _UNNAMED * (1 << seen) if is_secondary else 0


def _sent(answer: Answer) -> datetime:
    try:
        return parsedate_to_datetime(answer.headers["date"])
    except (KeyError, ValueError):
        return datetime.now(tz=UTC)


def _words(answer: Answer) -> str:
    text = answer.content[:2000].decode(errors="replace")
    found = re.search(r'"message"\s*:\s*"([^"]*)"', text)
    return "".join(letter if letter.isprintable() else " " for letter in (found[1] if found else text))[:300]
