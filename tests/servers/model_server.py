"""A server on loopback that speaks OpenAI's chat protocol and answers as it is told.

    with ModelServer() as server:
        server.replies(Reply(text="Hello"), Reply(status=500), Reply(text="Hello again"))
        ...                         # OPENAI_BASE_URL=server.base_url
        server.requests[0]["messages"]

Each request takes the next reply; when none is left it answers 500 and says so.
"""

from __future__ import annotations

import json
import threading
from collections import deque
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal, Self

KEY = "sk-test-0123456789abcdef"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """One answer, or what goes wrong in its place."""

    text: str = ""
    #: ``None``: the stream ends without one.
    finish_reason: str | None = "stop"
    refusal: str = ""
    thought: str = ""
    #: Characters in one event.
    piece: int = 20
    #: An error status; then ``text`` is the error's message and ``code`` its code.
    status: int = 200
    code: str | int | None = None
    headers: dict[str, str] = field(default_factory=dict)
    #: The whole body, in the place of an event stream.
    body: bytes | None = None
    #: Seconds before the first byte.
    delay: float = 0.0
    #: What happens when half of the text is sent.
    halfway: Literal["", "drop", "malformed", "not-utf-8", "stall", "error"] = ""
    #: Complain (400) when the request holds one of these parameters, and stay next in turn.
    refuses: tuple[str, ...] = ()
    #: Whether to count tokens as `stream_options` asks.
    counts: bool = True


class ModelServer:
    """The server; listens from ``with`` on, on a port of its own."""

    def __init__(self, *, key: str | None = KEY) -> None:
        self.key = key
        #: The bodies of the requests, in order.
        self.requests: list[dict[str, Any]] = []
        #: Their headers, with names in lower case.
        self.headers: list[dict[str, str]] = []
        self.queue: deque[Reply] = deque()
        #: What it lists; ``None``: it lists nothing, and says 404.
        self.models: tuple[str, ...] | None = ("test-model",)
        #: Tokens of each answer that was counted, sent and received.
        self.tokens: list[int] = []
        self.closing = threading.Event()
        self._http = _HTTPServer(("127.0.0.1", 0), _Handler)
        self._http.owner = self
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.01})

    def replies(self, *replies: Reply) -> None:
        """Set what is answered next."""
        self.queue.extend(replies)

    @property
    def base_url(self) -> str:
        return f"http://127.0.0.1:{self._http.server_address[1]}/v1"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.closing.set()
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()


class _HTTPServer(ThreadingHTTPServer):
    owner: ModelServer
    daemon_threads = False

    def handle_error(self, request: object, client_address: object) -> None:
        """Stay silent: clients that hang up are part of the tests."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: _HTTPServer

    def log_message(self, *_: object) -> None:
        """Stay silent."""

    def do_GET(self) -> None:
        owner = self.server.owner
        if owner.key is not None and self.headers["Authorization"] != f"Bearer {owner.key}":
            self._answer_error(401, "Incorrect API key provided", code="invalid_api_key")
        elif owner.models is None:
            self._answer_error(404, "Not Found", code=None)
        else:
            listed = [{"id": name, "object": "model"} for name in owner.models]
            self._answer_json(200, {"object": "list", "data": listed})

    def do_POST(self) -> None:
        owner = self.server.owner
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        owner.headers.append({name.lower(): value for name, value in self.headers.items()})
        owner.requests.append(request)
        if self.path != "/v1/chat/completions":
            self._answer_error(404, "Not Found", code=None)
        elif owner.key is not None and self.headers["Authorization"] != f"Bearer {owner.key}":
            sent = str(self.headers["Authorization"])
            self._answer_error(401, f"Incorrect API key provided: {sent}", code="invalid_api_key")
        elif not owner.queue:
            self._answer_error(500, "no reply is left", code=None)
        elif refused := [name for name in owner.queue[0].refuses if name in request]:
            self._answer_error(400, f"Unrecognized request argument supplied: {refused[0]}", code="unknown_parameter")
        else:
            self._answer(owner.queue.popleft(), request=request)

    def _answer(self, reply: Reply, *, request: dict[str, Any]) -> None:
        self.server.owner.closing.wait(reply.delay)
        if reply.body is not None:
            self._answer_body(reply.status, reply.body, headers=reply.headers)
        elif reply.status != 200:
            self._answer_error(reply.status, reply.text, code=reply.code, headers=reply.headers)
        else:
            self._stream(reply, request=request)

    def _stream(self, reply: Reply, *, request: dict[str, Any]) -> None:
        self.send_response(200)
        for name, value in {"Content-Type": "text/event-stream", "Transfer-Encoding": "chunked"}.items():
            self.send_header(name, value)
        self.end_headers()
        pieces = [reply.text[start : start + reply.piece] for start in range(0, len(reply.text), reply.piece)]
        self._send_delta({"role": "assistant", "content": ""})
        if reply.thought:
            self._send_delta({"reasoning_content": reply.thought})
        if reply.refusal:
            self._send_delta({"refusal": reply.refusal})
        for number, piece in enumerate(pieces):
            if number == len(pieces) // 2 and reply.halfway and not self._break(reply.halfway):
                return
            self._send_delta({"content": piece})
        self._send_delta({}, finish_reason=reply.finish_reason)
        if reply.counts and request.get("stream_options", {}).get("include_usage"):
            self.server.owner.tokens.append(100 + len(pieces))
            usage = {"prompt_tokens": 100, "completion_tokens": len(pieces), "total_tokens": 100 + len(pieces)}
            self._send_event({**_chunk(), "choices": [], "usage": usage})
        self._send_data(b"data: [DONE]\n\n")
        self._send_data(b"")

    def _break(self, how: str) -> bool:
        """Do harm; whether to go on."""
        if how == "drop":
            self.close_connection = True
            return False
        if how == "stall":
            self.server.owner.closing.wait(60)
            return False
        if how == "error":
            self._send_event({"error": {"message": "the machine overheated", "code": 502}})
            return False
        self._send_data(b'data: {"choices": [{"delta": {"con\n\n' if how == "malformed" else b"data: \xff\xfe\n\n")
        return True

    def _send_delta(self, delta: dict[str, Any], *, finish_reason: str | None = None) -> None:
        self._send_event({**_chunk(), "choices": [{"index": 0, "delta": delta, "finish_reason": finish_reason}]})

    def _send_event(self, event: dict[str, Any]) -> None:
        self._send_data(b"data: " + json.dumps(event).encode() + b"\n\n")

    def _send_data(self, data: bytes) -> None:
        self.wfile.write(b"%x\r\n%s\r\n" % (len(data), data))
        self.wfile.flush()

    def _answer_error(
        self, status: int, message: str, *, code: str | int | None, headers: dict[str, str] | None = None
    ) -> None:
        self._answer_json(status, {"error": {"message": message, "code": code, "type": None}}, headers=headers)

    def _answer_json(self, status: int, value: object, *, headers: dict[str, str] | None = None) -> None:
        self._answer_body(
            status, json.dumps(value).encode(), headers={"Content-Type": "application/json", **(headers or {})}
        )

    def _answer_body(self, status: int, body: bytes, *, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)


def _chunk() -> dict[str, Any]:
    return {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 1, "model": "test-model"}
