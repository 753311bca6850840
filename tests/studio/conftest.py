"""The real command `review`, served on loopback to a real client."""

from __future__ import annotations

import contextlib
import json
import os
import re
import signal
import subprocess
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

import httpx2
import pytest

from tests.cli.terminal import command
from tests.conftest import GitRepo

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SCRIPT = '''"""Count from two.

- Each `1` becomes `2`.
"""

import libcst as cst
from autotransform.codemod import Transform

MENTIONS = ["x"]
CASES = [
    {"name": "a number", "before": "x = 1\\n", "after": "x = 2\\n"},
    {"name": "another number", "before": "x = 3\\n"},
]


class Count(Transform):
    DESCRIPTION = "Count from two."

    def leave_Integer(self, original_node: cst.Integer, updated_node: cst.Integer) -> cst.BaseExpression:
        return updated_node.with_changes(value="2") if updated_node.value == "1" else updated_node
'''
#: It never comes to an end, whatever the file.
LOOPING = SCRIPT.replace(
    "        return updated_node", "        while True:\n            pass\n        return updated_node"
)
FILES = {
    "pkg/a.py": "x = 1\n",
    "pkg/b.py": "import os\n\n\ndef f():\n    return g(x, 1)\n",
    "pkg/sub/c.py": "z = 1\n",
    "transforms/count.py": SCRIPT,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A server that runs, and a client with its token."""

    process: subprocess.Popen[str]
    port: int
    token: str
    client: httpx2.Client
    repo: GitRepo

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    def post(self, path: str, **body: Any) -> httpx2.Response:
        return self.client.post(f"/api/{path}", json=body)

    def put(self, path: str, **body: Any) -> httpx2.Response:
        return self.client.put(f"/api/{path}", json=body)

    def state(self) -> dict[str, Any]:
        told: dict[str, Any] = self.client.get("/api/state").json()
        return told

    def stream(self, path: str, **body: Any) -> list[dict[str, Any]]:
        """Give every event of a stream, once it is over."""
        answered = self.post(path, **body)

        assert answered.status_code == 200, answered.text
        return [json.loads(line) for line in answered.text.splitlines()]

    def close(self) -> tuple[int, str]:
        """Press Ctrl-C; gives the exit code, and all that was printed after the address."""
        self.process.send_signal(signal.SIGINT)
        return self.wait()

    def wait(self) -> tuple[int, str]:
        """Wait for the end likewise."""
        printed, _ = self.process.communicate(timeout=60)
        return self.process.returncode, printed


class MakeRepo(Protocol):
    def __call__(self, files: dict[str, str] = ...) -> GitRepo: ...


class OpenPage(Protocol):
    def __call__(
        self, repo: GitRepo, *arguments: str, lacking: str = "", environment: dict[str, str] | None = None
    ) -> Page: ...


def open_page(repo: GitRepo, *arguments: str, lacking: str = "", environment: dict[str, str] | None = None) -> Page:
    """Start the command and wait for the address."""
    process = subprocess.Popen(
        command("review", *(arguments or ("count",)), "--no-browser", lacking=lacking),
        cwd=repo.path,
        env={**os.environ, **(environment or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    printed = ""
    assert process.stdout is not None
    while not (found := re.search(r"http://127\.0\.0\.1:(\d+)/#token=(\S+)", printed)):
        line = process.stdout.readline()

        assert line, printed
        printed += line
    port, token = int(found[1]), found[2]
    client = httpx2.Client(
        base_url=f"http://127.0.0.1:{port}", headers={"Authorization": f"Bearer {token}"}, timeout=60, trust_env=False
    )
    return Page(process=process, port=port, token=token, client=client, repo=repo)


@pytest.fixture(scope="session")
def make_repo(tmp_path_factory: pytest.TempPathFactory) -> MakeRepo:
    """Make a repository with the script and a few files."""

    def make(files: dict[str, str] = FILES) -> GitRepo:
        repo = GitRepo(tmp_path_factory.mktemp("page"))
        repo.git("init", "--quiet")
        repo.git("config", "user.name", "Ada Lovelace")
        repo.git("config", "user.email", "ada@example.org")
        repo.commit(dict(files))
        return repo

    return make


@pytest.fixture(scope="session")
def opened() -> Iterator[OpenPage]:
    """Open pages that are closed in the end, whatever becomes of a test."""
    pages: list[Page] = []

    def open_one(repo: GitRepo, *arguments: str, lacking: str = "", environment: dict[str, str] | None = None) -> Page:
        pages.append(open_page(repo, *arguments, lacking=lacking, environment=environment))
        return pages[-1]

    yield open_one
    for page in pages:
        page.client.close()
        if page.process.returncode is None:
            page.process.send_signal(signal.SIGINT)
            page.process.communicate(timeout=60)


@pytest.fixture(scope="session")
def page(make_repo: MakeRepo, opened: OpenPage) -> Page:
    """A page that many tests share; none leaves a draft or an answer."""
    return opened(make_repo())


def descendants(pid: int) -> dict[int, str]:
    """Give every process below one that is alive, with its state: R for one that computes."""
    return {child: state for child, (_, state) in _below(pid).items()}


def workers(pid: int) -> dict[int, str]:
    """Give likewise those that scripts run in: the children of launchers."""
    return {child: state for child, (depth, state) in _below(pid).items() if depth > 1}


def _below(pid: int) -> dict[int, tuple[int, str]]:
    children: dict[int, list[tuple[int, str]]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        children.setdefault(int(fields[1]), []).append((int(stat.parent.name), fields[0]))
    found: dict[int, tuple[int, str]] = {}
    left = [(pid, 0)]
    while left:
        parent, depth = left.pop()
        for child, state in children.get(parent, ()):
            found[child] = depth + 1, state
            left.append((child, depth + 1))
    return {child: (depth, state) for child, (depth, state) in found.items() if state != "Z"}


def wait_until(claim: Callable[[], object]) -> None:
    """Wait until something is so, which is a matter of the system's."""
    deadline = time.monotonic() + 60
    while not claim():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def run_command(*arguments: str, repo: GitRepo) -> subprocess.CompletedProcess[str]:
    """Run another command to its end."""
    return subprocess.run(
        command(*arguments), cwd=repo.path, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )


def end_in_the_middle(page: Page, *, way: str | signal.Signals) -> None:
    """End a server while a script loops: it goes at once, says nothing but that, and leaves no process."""

    def run() -> None:
        with contextlib.suppress(httpx2.HTTPError):  # the server is gone
            page.stream("run", source=LOOPING)

    thread = threading.Thread(target=run)
    thread.start()
    wait_until(lambda: workers(page.process.pid))
    below = descendants(page.process.pid)
    if isinstance(way, signal.Signals):
        page.process.send_signal(way)
    else:
        assert page.post("quit").json() == {"quit": True}
    code, printed = page.wait()
    thread.join()

    assert (code, "Traceback" in printed, "is closed" in printed) == (0, False, True), printed
    assert page.token not in printed
    assert below
    assert not below.keys() & descendants(1).keys()
