"""Who may ask: the page alone. Other pages of the browser, other names of this machine, addresses that lead out."""

from __future__ import annotations

import contextlib
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import httpx2
import pytest
from starlette.routing import Router

from autotransform.studio.guard import HEADERS, Bucket, Guard
from autotransform.studio.requests import LARGEST_BODY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.types import Message

    from tests.studio.conftest import Page


@pytest.fixture
def stranger(page: Page) -> Iterator[httpx2.Client]:
    """Somebody who knows the address and not the token."""
    with httpx2.Client(base_url=f"http://{page.host}", trust_env=False) as client:
        yield client


@pytest.mark.parametrize(
    "shown", ["", "Bearer", "Bearer {}x", "Bearer {:.42}", "bearer {}", "{}", "Basic {}", "Bearer \xe9"]
)
def test_no_other_token_lets_in(page: Page, stranger: httpx2.Client, shown: str) -> None:
    headers = [(b"Authorization", shown.format(page.token).encode())] if shown else []
    answered = stranger.get("/api/state", headers=headers)

    assert answered.status_code == 403
    assert page.token not in answered.text
    assert "printed" in answered.json()["error"]["hint"]


@pytest.mark.parametrize("path", ["/", "/static/studio.js", "/api/state"])
@pytest.mark.parametrize(
    "host", ["evil.example", "evil.example:{}", "127.0.0.1", "127.0.0.1:1", "localhost.evil:{}", "[::1]:{}", "127.1:{}"]
)
def test_no_other_name_of_this_machine_lets_in(page: Page, path: str, host: str) -> None:
    answered = page.client.get(path, headers={"Host": host.format(page.port)})

    assert answered.status_code == 403
    assert page.client.get(path, headers={"Host": f"localhost:{page.port}"}).status_code == 200


@pytest.mark.parametrize(
    "origin", ["http://evil.example", "null", "http://127.0.0.1:1", "https://{}", "http://localhost:{}", ""]
)
def test_no_other_page_may_ask(page: Page, origin: str) -> None:
    other = origin.format(page.host if origin.startswith("https") else page.port)
    answered = page.client.post("/api/check", json={"source": ""}, headers={"Origin": other})

    assert answered.status_code == 403
    assert page.client.post("/api/check", json={"source": ""}, headers={"Origin": f"http://{page.host}"}).is_success


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_what_the_browser_says_of_the_sender_counts(page: Page, site: str) -> None:
    assert page.client.get("/api/state", headers={"Sec-Fetch-Site": site}).status_code == 403
    assert page.client.get("/api/state", headers={"Sec-Fetch-Site": "same-origin"}).status_code == 200


def test_the_page_itself_needs_no_token_and_holds_none(page: Page, stranger: httpx2.Client) -> None:
    shown = stranger.get("/")

    assert (shown.status_code, shown.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert page.token not in shown.text
    assert "set-cookie" not in shown.headers
    assert {name: shown.headers[name] for name in HEADERS} == HEADERS
    assert stranger.get("/static/studio.js").headers["content-type"].startswith("text/javascript")


@pytest.mark.parametrize("path", ["/api/state", "/api/nothing", "/nothing", "/"])
def test_every_answer_has_the_headers(page: Page, stranger: httpx2.Client, path: str) -> None:
    for client in (page.client, stranger):
        answered = client.get(path)

        assert {name: answered.headers[name] for name in HEADERS} == HEADERS
        assert "server" not in answered.headers


@pytest.mark.parametrize(
    "path",
    [
        "/static/../server.py",
        "/static/..%2fserver.py",
        "/static/%2e%2e/server.py",
        "/static/..\\server.py",
        "/static//etc/passwd",
        "//etc/passwd",
        "/static/",
        "/static/%00",
        "/etc/passwd",
        "/api/../static/../../pyproject.toml",
    ],
)
def test_no_address_leads_to_another_file(page: Page, path: str) -> None:
    lines = (f"GET {path} HTTP/1.1", f"Host: {page.host}", f"Authorization: Bearer {page.token}", "Connection: close")
    with socket.create_connection(("127.0.0.1", page.port), timeout=30) as connection:
        connection.sendall("\r\n".join((*lines, "", "")).encode())
        answered = b"".join(iter(lambda: connection.recv(1 << 16), b""))

    assert answered.startswith((b"HTTP/1.1 404", b"HTTP/1.1 400"))
    assert b"import" not in answered
    assert b"root:" not in answered


def test_what_is_no_address_or_method_is_not_repeated(page: Page) -> None:
    missing = page.client.get("/api/<script>alert(1)</script>")
    wrong = page.client.delete("/api/state")

    assert (missing.status_code, wrong.status_code) == (404, 405)
    assert "script" not in missing.text
    assert page.client.get(f"/{'a' * 9000}").status_code == 414


def test_what_is_too_large_is_not_read(page: Page) -> None:
    announced = f"POST /api/check HTTP/1.1\r\nHost: {page.host}\r\nAuthorization: Bearer {page.token}\r\n"
    announced += f"Content-Length: {LARGEST_BODY + 1}\r\n\r\n"
    with socket.create_connection(("127.0.0.1", page.port), timeout=30) as connection:
        connection.sendall(announced.encode())

        assert connection.recv(1 << 16).startswith(b"HTTP/1.1 413")
    chunks = (b" " * (1 << 16) for _ in range(LARGEST_BODY // (1 << 16) + 2))

    assert page.client.post("/api/check", content=chunks).status_code == 413
    assert page.post("check", source="x" * 200_001).status_code == 413


@pytest.mark.parametrize(
    "body",
    [b"{", b"[]", b"1", b'{"source": 1}', b"{}", b"", b'{"source": "\\ud800"}', b"\xff", b"[" * 100_000],
    ids=lambda body: repr(body[:12]),
)
def test_what_is_no_request_is_told_so(page: Page, body: bytes) -> None:
    answered = page.client.post("/api/check", content=body)

    assert answered.status_code == 400
    assert answered.json()["error"]["message"]


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("run", {"source": "", "paths": "pkg"}),
        ("run", {"source": "", "paths": [1]}),
        ("save", {"source": "", "digest": "short"}),
        ("save", {"source": "", "digest": None}),
        ("refine", {"wish": " "}),
        ("case", {"key": 1}),
    ],
)
def test_fields_of_another_kind_are_told_of(page: Page, path: str, body: dict[str, object]) -> None:
    assert page.post(path, **body).status_code == 400


@pytest.mark.skipif(sys.platform != "linux", reason="the system lists its sockets elsewhere")
def test_nobody_else_on_the_network_can_reach_it(page: Page) -> None:
    rows = [line.split() for kind in ("tcp", "tcp6") for line in Path(f"/proc/net/{kind}").read_text().splitlines()[1:]]
    listening = {row[1] for row in rows if row[3] == "0A" and int(row[1].rpartition(":")[2], 16) == page.port}

    assert listening == {f"0100007F:{page.port:04X}"}


def test_too_many_at_once_have_to_wait() -> None:
    now = 0.0
    bucket = Bucket(lambda: now)
    taken = sum(bucket.take() for _ in range(1000))
    now = 1.0
    later = sum(bucket.take() for _ in range(1000))

    assert (taken, later) == (200, 50)


def test_connections_that_ask_nothing_take_nobodys_place(page: Page) -> None:
    with contextlib.ExitStack() as stack:
        for part in (b"", b"GET / HTTP/1.1\r\nHo") * 50:
            stack.enter_context(socket.create_connection(("127.0.0.1", page.port))).sendall(part)
        answered = page.client.get("/api/state")

    assert answered.status_code == 200


@pytest.mark.parametrize(("port", "host", "expected"), [(80, "127.0.0.1", 404), (81, "127.0.0.1", 403)])
def test_browsers_name_no_port_where_it_is_that_of_http(port: int, host: str, expected: int) -> None:
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": "http.request"}

    scope = {"type": "http", "path": "/nothing", "query_string": b"", "method": "GET"}
    guard = Guard(Router(), token="token", port=port)
    with contextlib.suppress(StopIteration):  # it waits for nothing, so that one step is all
        guard({**scope, "headers": [(b"host", host.encode())]}, receive, send).send(None)

    assert sent[0]["status"] == expected
