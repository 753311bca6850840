"""A forge on loopback: git over HTTP, and the part of GitHub's REST API that is used here.

    with Forge(tmp_path / "forge") as forge:
        hosted = forge.create("alice/demo")         # a bare repository; hosted.url is what git clones
        forge.tokens["ghs_1"] = writing()           # as a workflow has it that may write
        forge.refuse(words.NOT_PERMITTED, on="POST /repos/alice/demo/pulls")
        ...                                         # GITHUB_API_URL=forge.api_url
        forge.log[0].path

Every request and every answer is held against GitHub's own description; the end of the block fails where one departs.
"""

from __future__ import annotations

import fnmatch
import ssl
import threading
from dataclasses import dataclass
from http.server import ThreadingHTTPServer
from typing import TYPE_CHECKING, Self

from tests.servers.forge.certificate import make_certificate
from tests.servers.forge.handling import Handler
from tests.servers.forge.storage import Hosted, Token, make_repository, writing

if TYPE_CHECKING:
    from pathlib import Path

    from tests.servers.forge.words import Refusal

#: May do all that a workflow with write permission may.
TOKEN = "ghs_test0123456789ABCDEFabcdef0123456789"


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """One request that was made, and how it was answered."""

    method: str
    path: str
    query: dict[str, str]
    #: With names in lower case.
    headers: dict[str, str]
    body: str
    #: 0: the connection was dropped.
    status: int

    def __str__(self) -> str:
        return f"{self.method} {self.path} {self.status}"


@dataclass(slots=True, kw_only=True)
class Trap:
    """What goes wrong, where, and how often still."""

    refusal: Refusal
    #: A pattern for method and path: ``POST /repos/*/pulls``.
    on: str
    times: int


class Forge:
    """The forge; listens from ``with`` on, on a port of its own."""

    def __init__(self, folder: Path, *, is_secure: bool = False) -> None:
        self.folder = folder
        self.tokens: dict[str, Token] = {TOKEN: writing()}
        self.hosted: dict[str, Hosted] = {}
        #: Old names, and what they lead to.
        self.renamed: dict[str, str] = {}
        #: REST requests, in the order in which they were answered.
        self.log: list[Exchange] = []
        #: Requests of git: method, path and `Authorization` headers.
        self.git_log: list[tuple[str, str, tuple[str, ...]]] = []
        #: Where a request or an answer departs from GitHub's description.
        self.faults: list[str] = []
        #: How much of a list is shown at most, however much is asked for.
        self.most_per_page = 100
        self.lock = threading.RLock()
        self._traps: list[Trap] = []
        self._http = _HTTPServer(("127.0.0.1", 0), Handler)
        self._http.forge = self
        #: What a client has to trust; ``None`` without TLS.
        self.certificate: Path | None = None
        folder.mkdir(parents=True, exist_ok=True)
        if is_secure:
            self.certificate, key = make_certificate(folder)
            context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            context.load_cert_chain(self.certificate, key)
            self._http.socket = context.wrap_socket(self._http.socket, server_side=True)
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.01})

    @property
    def web_url(self) -> str:
        """Where people and git go: GITHUB_SERVER_URL."""
        return f"{'https' if self.certificate else 'http'}://127.0.0.1:{self._http.server_address[1]}"

    @property
    def api_url(self) -> str:
        """Where the REST API is: GITHUB_API_URL, as GitHub Enterprise Server has it."""
        return f"{self.web_url}/api/v3"

    def create(self, full_name: str) -> Hosted:
        """Make an empty repository."""
        owner, name = full_name.split("/")
        path = self.folder / f"{full_name}.git"
        make_repository(path)
        url = f"{self.web_url}/{full_name}.git"
        hosted = Hosted(owner=owner, name=name, number=len(self.hosted) + 1, path=path, url=url)
        self.hosted[full_name] = hosted
        return hosted

    def rename(self, old: str, new: str) -> Hosted:
        """Give a repository another name; the old one leads there."""
        hosted = self.hosted.pop(old)
        path = self.folder / f"{new}.git"
        path.parent.mkdir(parents=True, exist_ok=True)
        hosted.path = hosted.path.rename(path)
        hosted.owner, hosted.name = new.split("/")
        hosted.url = f"{self.web_url}/{new}.git"
        self.hosted[new], self.renamed[old] = hosted, new
        return hosted

    def refuse(self, refusal: Refusal, *, on: str = "* *", times: int = 1) -> None:
        """Let the next requests that match go wrong."""
        self._traps.append(Trap(refusal=refusal, on=on, times=times))

    def spring(self, method: str, path: str) -> Refusal | None:
        """Give what goes wrong with a request, once."""
        for trap in self._traps:
            if trap.times and fnmatch.fnmatchcase(f"{method} {path}", trap.on):
                trap.times -= 1
                return trap.refusal
        return None

    def calls(self, *, since: int = 0) -> list[str]:
        """List the REST requests as lines, such as ``GET /repos/alice/demo 200``."""
        return [str(exchange) for exchange in self.log[since:]]

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._http.shutdown()
        self._http.server_close()
        self._thread.join()
        if kind is None:
            assert not self.faults, self.faults


class _HTTPServer(ThreadingHTTPServer):
    forge: Forge
    daemon_threads = False

    def handle_error(self, request: object, client_address: object) -> None:
        """Stay silent: clients that hang up are part of the tests."""
