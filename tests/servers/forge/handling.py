"""What the forge does with one HTTP request."""

from __future__ import annotations

import base64
import binascii
import json
import re
from http.server import BaseHTTPRequestHandler
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from tests.servers.forge import words
from tests.servers.forge.backend import serve_git
from tests.servers.forge.description import request_fault, response_fault
from tests.servers.forge.rest import Call, Result, carry_out, show_limits, show_user
from tests.servers.forge.shapes import Shapes

if TYPE_CHECKING:
    from tests.servers.forge.server import Forge
    from tests.servers.forge.storage import Hosted, Token

_GIT = re.compile(r"/([^/]+/[^/]+?)(?:\.git)?/(info/refs|git-upload-pack|git-receive-pack)")
_REPOSITORY = re.compile(r"/repos/([^/]+/[^/]+)(/.*)?")
_NUMBERED = re.compile(r"/repositories/(\d+)(/.*)?")
_VERSIONS = frozenset({"2022-11-28", "2026-03-10"})
_PAGE = 30


class Handler(BaseHTTPRequestHandler):
    """Answers one request after the other of one connection."""

    protocol_version = "HTTP/1.1"
    #: Without it, an answer in two parts waits for the client to acknowledge the first.
    wbufsize = -1

    def log_message(self, *_: object) -> None:
        """Stay silent."""

    @property
    def forge(self) -> Forge:
        """Give the forge that this is the face of."""
        forge: Forge = self.server.forge  # type: ignore[attr-defined]
        return forge

    @property
    def base_url(self) -> str:
        """Give the address that the client used."""
        return f"{self.forge.web_url.partition('://')[0]}://{self.headers['Host']}"

    def _serve(self) -> None:
        split = urlsplit(self.path)
        data = self._read()
        if len(self.headers.get_all("Authorization") or []) > 1:
            self.reply_refusal(words.DUPLICATE_HEADER)
        elif found := _GIT.fullmatch(split.path):
            serve_git(self, name=found[1], service=found[2], query=split.query, data=data)
        else:
            query = dict(parse_qsl(split.query, keep_blank_values=True))
            with self.forge.lock:
                self._serve_api(split.path.removeprefix("/api/v3"), query=query, data=data)

    do_GET = do_POST = do_PATCH = do_PUT = do_DELETE = _serve  # noqa: N815 - the standard library names them

    def token(self) -> Token | None:
        """Give what the `Authorization` header stands for; ``None`` when that is nothing."""
        kind, _, value = self.headers.get("Authorization", "").partition(" ")
        if kind.lower() == "basic":
            try:
                value = base64.b64decode(value, validate=True).decode().partition(":")[2]
            except (binascii.Error, UnicodeDecodeError):
                return None
        return self.forge.tokens.get(value)

    def reply(self, status: int, content: bytes, *, headers: dict[str, str]) -> None:
        """Send an answer."""
        self.send_response_only(status)
        for name, value in {"Date": self.date_time_string(), **headers, "Content-Length": str(len(content))}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)
        self.wfile.flush()

    def reply_refusal(self, refusal: words.Refusal) -> None:
        """Send a refusal."""
        content = json.dumps(refusal.content()).encode() if refusal.body is None else refusal.body
        headers = {"x-ratelimit-remaining": "4999", "Content-Type": refusal.content_type, **refusal.headers}
        self.reply(refusal.status, content, headers=headers)

    def _read(self) -> bytes:
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        data = b""
        while size := int(self.rfile.readline().strip() or b"0", 16):
            data += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return data

    # The REST API

    def _serve_api(self, path: str, *, query: dict[str, str], data: bytes) -> None:
        path = self._by_name(path)
        trap = self.forge.spring(self.command, path)
        if trap is not None and trap.how in {"answer", "drop"}:
            self._fall(trap, path=path, query=query, data=data)
            return
        try:
            result = self._carry_out(path, query=query, data=data)
        except words.RefusedError as error:
            self._note(path, query=query, data=data, status=error.refusal.status)
            if error.refusal.body is None:
                self._check_answer(path, status=error.refusal.status, content=error.refusal.content())
            self.reply_refusal(error.refusal)
            return
        if trap is not None:
            self._fall(trap, path=path, query=query, data=data)
            return
        self._note(path, query=query, data=data, status=result.status)
        self._reply_result(path, result, query=query)

    def _fall(self, trap: words.Refusal, *, path: str, query: dict[str, str], data: bytes) -> None:
        is_drop = trap.how.startswith("drop")
        self._note(path, query=query, data=data, status=0 if is_drop else trap.status)
        if is_drop:
            self.close_connection = True
            return
        self.reply_refusal(trap)

    def _carry_out(self, path: str, *, query: dict[str, str], data: bytes) -> Result:
        if not self.headers.get("User-Agent"):
            raise words.RefusedError(words.NO_USER_AGENT)
        version = self.headers.get("X-GitHub-Api-Version", "2022-11-28")
        if version not in _VERSIONS:
            self.forge.faults.append(f"no version of the API: {version}")
        token = self.token()
        if token is None:
            has_sent = "Authorization" in self.headers
            raise words.RefusedError(words.BAD_CREDENTIALS if has_sent else words.REQUIRES_AUTHENTICATION)
        if path == "/rate_limit":
            return show_limits()
        hosted, rest = self._find(path, token=token)
        fault = request_fault(self.command, path, query=query, data=data)
        if fault:
            self.forge.faults.append(f"{self.command} {path}: {fault}")
            raise words.RefusedError(words.Refusal(message=f"Invalid request.\n\n{fault}"))
        shapes = Shapes(hosted=hosted, base_url=self.base_url)
        if path == "/user":
            return show_user(shapes, token)
        body = json.loads(data) if data else {}
        return carry_out(Call(hosted=hosted, shapes=shapes, token=token, query=query, body=body), self.command, rest)

    def _find(self, path: str, *, token: Token) -> tuple[Hosted, str]:
        found = _REPOSITORY.fullmatch(path)
        if path == "/user":
            return next(iter(self.forge.hosted.values())), ""
        if found and found[1] in self.forge.renamed:
            target = self.forge.hosted[self.forge.renamed[found[1]]]
            raise words.RefusedError(self._moved(f"/repositories/{target.number}{found[2] or ''}"))
        hosted = self.forge.hosted.get(found[1]) if found else None
        # What somebody may not see is not there.
        if found is None or hosted is None or not token.reaches(hosted):
            raise words.RefusedError(words.NOT_FOUND)
        return hosted, found[2] or ""

    def _moved(self, path: str) -> words.Refusal:
        is_reading = self.command == "GET"
        query = urlsplit(self.path).query
        return words.Refusal(
            status=301 if is_reading else 307,
            message="Moved Permanently" if is_reading else "Temporary Redirect",
            headers={"Location": f"{self.base_url}/api/v3{path}{'?' if query else ''}{query}"},
        )

    def _by_name(self, path: str) -> str:
        """Put the name of a repository where its number stands."""
        found = _NUMBERED.fullmatch(path)
        names = {hosted.number: name for name, hosted in self.forge.hosted.items()}
        if not found or int(found[1]) not in names:
            return path
        return f"/repos/{names[int(found[1])]}{found[2] or ''}"

    def _reply_result(self, path: str, result: Result, *, query: dict[str, str]) -> None:
        headers = {"x-ratelimit-remaining": "4999", "x-github-request-id": "TEST"}
        if result.content is None:
            self.reply(result.status, b"", headers=headers)
            return
        shown = result.content
        if isinstance(shown, list):
            shown, links = self._page(shown, query=query)
            headers |= {"Link": links} if links else {}
        self._check_answer(path, status=result.status, content=shown)
        headers["Content-Type"] = "application/json; charset=utf-8"
        self.reply(result.status, json.dumps(shown).encode(), headers=headers)

    def _page(self, items: list[Any], *, query: dict[str, str]) -> tuple[list[Any], str]:
        size, page = min(int(query.get("per_page", _PAGE)), self.forge.most_per_page), int(query.get("page", 1))
        links = []
        if page * size < len(items):
            following = urlencode({**query, "page": str(page + 1)})
            links = [f'<{self.base_url}{urlsplit(self.path).path}?{following}>; rel="next"']
        return items[(page - 1) * size : page * size], ", ".join(links)

    def _check_answer(self, path: str, *, status: int, content: object) -> None:
        fault = response_fault(self.command, path, status=status, body=json.dumps(content).encode())
        if fault:
            self.forge.faults.append(f"answer {status} of {self.command} {path}: {fault}")

    def _note(self, path: str, *, query: dict[str, str], data: bytes, status: int) -> None:
        from tests.servers.forge.server import Exchange  # noqa: PLC0415 - it imports this module

        headers = {name.lower(): value for name, value in self.headers.items()}
        body = data.decode(errors="replace")
        self.forge.log.append(
            Exchange(method=self.command, path=path, query=query, headers=headers, body=body, status=status)
        )
