"""Who may ask the server anything: the page alone, which has the token. Nothing of a request is read before that.

Another page in the same browser can send requests here, under any name that its own server gives this machine (DNS
rebinding): so the name that was asked for, and the page that asks, must be ours. Nothing is told apart by cookies.
"""

from __future__ import annotations

import hmac
import json
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import Response

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp, Message, Receive, Scope, Send

_NAMES = ("127.0.0.1", "localhost")
_HTTP = 80

#: Everything comes from here, nothing else is asked for, and no page can show this one in a frame.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self';"
    " base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}

#: Requests that may come at once, and how many more each second; one person's typing is far below.
_BURST, _PER_SECOND = 200, 50.0
_LONGEST_PATH = 8_192


@dataclass(frozen=True, slots=True, kw_only=True)
class _Refusal:
    status: int
    message: str
    hint: str = ""


class Bucket:
    """Lets so many through at once, and then so many a second.

    Args:
        clock: Gives seconds that never go back.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._left = float(_BURST)
        self._seen = clock()

    def take(self) -> bool:
        """Tell whether one more may come."""
        now = self._clock()
        self._left = min(float(_BURST), self._left + (now - self._seen) * _PER_SECOND)
        self._seen = now
        if self._left < 1:
            return False
        self._left -= 1
        return True


class Guard:
    """Lets requests of the page through to an application, and puts the headers on every answer.

    Args:
        app: What answers them.
        token: What the page has, and nobody else.
        port: On which the server listens.
    """

    def __init__(self, app: ASGIApp, *, token: str, port: int) -> None:
        self._app = app
        self._expected = b"Bearer " + token.encode()
        # Browsers leave out the port that HTTP has by default.
        self._hosts = frozenset((*(f"{name}:{port}" for name in _NAMES), *(_NAMES if port == _HTTP else ())))
        self._bucket = Bucket()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":  # nothing of ours speaks anything else, and there is nothing to start or end
            return

        async def send_guarded(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(HEADERS)
            await send(message)

        refusal = self._refusal(scope)
        if refusal is None:
            await self._app(scope, receive, send_guarded)
            return
        body = json.dumps({"error": {"message": refusal.message, "hint": refusal.hint, "details": [], "code": ""}})
        response = Response(body, status_code=refusal.status, media_type="application/json")
        await response(scope, receive, send_guarded)

    def _refusal(self, scope: Scope) -> _Refusal | None:
        headers = Headers(scope=scope)
        hosts = headers.getlist("host")
        if len(hosts) != 1 or hosts[0] not in self._hosts:
            return _Refusal(status=403, message="The server is asked for under another name than its own.")
        if not set(headers.getlist("origin")) <= {f"http://{hosts[0]}"}:
            return _Refusal(status=403, message="Another page asks; only the review page may.")
        path = scope["path"]
        if len(path) + len(scope["query_string"]) > _LONGEST_PATH:
            return _Refusal(status=414, message="The address is too long.")
        return self._refusal_of_call(headers) if path == "/api" or path.startswith("/api/") else None

    def _refusal_of_call(self, headers: Headers) -> _Refusal | None:
        """Say why a request for more than the page's own files is refused."""
        if headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
            return _Refusal(status=403, message="Another page asks; only the review page may.")
        given = headers.get("authorization", "").encode("utf-8", "surrogateescape")
        if not hmac.compare_digest(given, self._expected):
            return _Refusal(
                status=403,
                message="The token is missing or wrong.",
                hint="Open the whole address that `autotransform review` printed, from `http` to its end.",
            )
        if not self._bucket.take():
            return _Refusal(status=429, message="Too many requests at once.", hint="Wait a second.")
        return None
