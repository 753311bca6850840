"""How it ends: when the page says so, by Ctrl-C, whatever still runs; cleanly, and with no process left."""

from __future__ import annotations

import signal
import sys
import threading
from typing import TYPE_CHECKING

import httpx2
import pytest

from tests.studio.conftest import LOOPING, descendants, run_command, wait_until, workers

if TYPE_CHECKING:
    from tests.studio.conftest import MakeRepo, OpenPage, Page

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are counted in /proc")


def _loop(page: Page) -> threading.Thread:
    """Have a run go on that never ends by itself."""

    def run() -> None:
        try:
            page.stream("run", source=LOOPING)
        except httpx2.HTTPError:  # the server is gone
            return

    thread = threading.Thread(target=run)
    thread.start()
    wait_until(lambda: workers(page.process.pid))
    return thread


@pytest.mark.parametrize(
    "way", [signal.SIGINT, *(pytest.param(way, marks=pytest.mark.long) for way in (signal.SIGTERM, "page"))], ids=str
)
def test_it_ends_cleanly_in_the_middle_of_a_run(
    make_repo: MakeRepo, opened: OpenPage, way: str | signal.Signals
) -> None:
    page = opened(make_repo())
    thread = _loop(page)
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


def test_a_port_that_is_taken_is_told_of(page: Page) -> None:
    done = run_command("review", "count", "--no-browser", "--port", str(page.port), repo=page.repo)

    assert done.returncode == 2
    assert "Nothing can listen on port" in done.stderr


def test_what_is_not_there_cannot_be_reviewed(page: Page) -> None:
    done = run_command("review", "nothing", "--no-browser", repo=page.repo)

    assert done.returncode == 3
    assert "no transform called" in done.stderr
