"""The server of the review page: on loopback alone, with a token of its own, until it is told to end."""

from __future__ import annotations

import asyncio
import contextlib
import importlib.resources
import logging
import secrets
import signal
import socket
import threading
from typing import TYPE_CHECKING

import uvicorn
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.responses import Response
from starlette.routing import Route

from autotransform.errors import UsageError
from autotransform.run.launcher import bury_idle
from autotransform.studio.connections import Connection
from autotransform.studio.desk import Desk
from autotransform.studio.guard import Guard
from autotransform.studio.outcome_api import OutcomeApi
from autotransform.studio.requests import answer, answering
from autotransform.studio.run_api import RunApi
from autotransform.studio.text_api import TextApi

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from types import FrameType

    from starlette.requests import Request

    from autotransform.studio.values import Ground

ADDRESS = "127.0.0.1"
_PAGE = "index.html"
_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".woff2": "font/woff2",
}
#: Connections at a time; a browser opens six.
_MOST_CONNECTIONS = 64
#: Seconds that answers are given to come to their end.
_GRACE = 2


def serve(ground: Ground, *, port: int = 0, on_ready: Callable[[str], None]) -> None:
    """Serve the page until it is closed there, or by Ctrl-C.

    Args:
        ground: What the page is about.
        port: Where; 0: wherever there is room.
        on_ready: Told the address, with the token in it, once it can be opened.

    Raises:
        UsageError: Nothing can listen there.
        ScriptError: The file of the transform cannot be read.
    """
    desk = Desk(ground)
    with _listen(port) as listener:
        desk.open()
        threading.Thread(target=desk.warm_check, name="autotransform-check", daemon=True).start()
        number = listener.getsockname()[1]
        token = secrets.token_urlsafe(32)
        server = _Server(desk, listener=listener, token=token)
        try:
            server.run_until_closed(lambda: on_ready(f"http://{ADDRESS}:{number}/#token={token}"))
        finally:
            desk.close()
            bury_idle()


class _Server(uvicorn.Server):
    """Ends its runs before it waits for their answers, and gives Ctrl-C back to nobody: it is the usual way to end."""

    def __init__(self, desk: Desk, *, listener: socket.socket, token: str) -> None:
        app = build_app(desk, quit_server=self._close)
        guard = Guard(app, token=token, port=listener.getsockname()[1])
        config = uvicorn.Config(
            guard,
            log_config=None,
            access_log=False,
            lifespan="off",
            loop="asyncio",
            http=Connection,
            ws="none",
            proxy_headers=False,
            server_header=False,
            date_header=False,
            limit_concurrency=_MOST_CONNECTIONS,
            timeout_graceful_shutdown=_GRACE,
        )
        super().__init__(config)
        # What it logs holds addresses and tracebacks, and there is nobody to read them.
        quiet = logging.getLogger("uvicorn")
        quiet.propagate = False
        quiet.addHandler(logging.NullHandler())
        self._desk = desk
        self._listener = listener
        self._on_ready: Callable[[], None] = lambda: None

    def run_until_closed(self, on_ready: Callable[[], None]) -> None:
        """Serve in this thread."""
        self._on_ready = on_ready
        asyncio.run(self.serve(sockets=[self._listener]))

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Say where it is once it listens."""
        await super().startup(sockets)
        await asyncio.to_thread(self._on_ready)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """End whatever still runs, so that nobody is waited for."""
        await asyncio.to_thread(self._desk.close)
        await super().shutdown(sockets)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Let Ctrl-C and SIGTERM end it, and nothing more."""
        if threading.current_thread() is not threading.main_thread():
            yield
            return
        former = {number: signal.signal(number, self._end) for number in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for number, handler in former.items():
                signal.signal(number, handler)

    def _end(self, number: int, frame: FrameType | None) -> None:
        del number, frame
        self.should_exit = True

    def _close(self) -> None:
        self.should_exit = True


def build_app(desk: Desk, *, quit_server: Callable[[], None]) -> Starlette:
    """Put together what answers; whoever asks is let through by `Guard` alone."""
    texts, runs, outcomes = TextApi(desk), RunApi(desk), OutcomeApi(desk, quit_server=quit_server)
    table = {
        ("GET", "/api/state"): texts.state,
        ("PUT", "/api/script"): texts.keep,
        ("POST", "/api/save"): texts.save,
        ("POST", "/api/check"): texts.check,
        ("POST", "/api/cases"): texts.cases,
        ("POST", "/api/approve"): texts.approve,
        ("POST", "/api/run"): runs.run,
        ("GET", "/api/hunks"): runs.hunks,
        ("PUT", "/api/decisions"): runs.decide,
        ("POST", "/api/case"): outcomes.add_case,
        ("POST", "/api/refine"): outcomes.refine,
        ("POST", "/api/apply"): outcomes.apply,
        ("POST", "/api/quit"): outcomes.quit,
    }
    routes = [
        Route(path, answering(endpoint, root=desk.root), methods=[method]) for (method, path), endpoint in table.items()
    ]
    return Starlette(routes=[*routes, *_static_routes()], exception_handlers={HTTPException: _explain})


def _static_routes() -> list[Route]:
    """Give the page's own files: read once, each at one address, so that no address can lead to another file."""
    files = {
        file.name: file.read_bytes()
        for file in importlib.resources.files("autotransform.studio").joinpath("static").iterdir()
        if file.is_file()
    }
    if _PAGE not in files:
        raise UsageError("The review page is missing from this installation.", hint="Install autotransform again.")
    addresses = {"/": _PAGE, **{f"/static/{name}": name for name in sorted(files)}}
    return [_static_route(address, name, content=files[name]) for address, name in addresses.items()]


def _static_route(address: str, name: str, *, content: bytes) -> Route:
    media = next((media for ending, media in _TYPES.items() if name.endswith(ending)), "application/octet-stream")

    async def give(request: Request) -> Response:
        del request
        return Response(content, media_type=None, headers={"Content-Type": media})

    return Route(address, give, methods=["GET"])


async def _explain(request: Request, error: Exception) -> Response:
    """Say that there is nothing at an address, and do not repeat it."""
    del request
    status = error.status_code if isinstance(error, HTTPException) else 500
    message = "There is nothing at this address." if status == 404 else "That cannot be asked here."  # noqa: PLR2004
    return answer({"error": {"message": message, "hint": "", "details": [], "code": ""}}, status=status)


@contextlib.contextmanager
def _listen(port: int) -> Iterator[socket.socket]:
    """Listen on loopback, where nobody else on the network can reach it."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((ADDRESS, port))
        except (OSError, OverflowError) as error:
            raise UsageError(
                f"Nothing can listen on port {port}: {getattr(error, 'strerror', None) or error}.",
                hint="Leave --port out, and a free one is taken.",
            ) from error
        yield listener
